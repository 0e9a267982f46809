/** One short message at a time, said in place and gone again, with a way to undo what it speaks of. */
import { Button } from 'antd'
import { useEffect } from 'react'

export interface Message {
  text: string
  action?: { label: string; run: () => void }
}

export function Toast({ message, onGone }: { message: Message | null; onGone: () => void }) {
  useEffect(() => {
    if (!message) return
    const timer = setTimeout(onGone, 4000)
    return () => clearTimeout(timer)
  }, [message, onGone])
  return (
    <div className="tw-toast" role="status">
      {message && (
        <div className="tw-card">
          {message.text}
          {message.action && (
            <Button
              size="small"
              type="text"
              onClick={() => {
                message.action?.run()
                onGone()
              }}
            >
              {message.action.label}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
