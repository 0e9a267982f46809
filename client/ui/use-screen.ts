/** What the screen is like: how much everything grows, whether it is a phone, whether motion is unwelcome. */
import { useSyncExternalStore } from 'react'
import { uiScale } from './theme.ts'

export const PHONE_QUERY = '(max-width: 719px)'
const CALM_QUERY = '(prefers-reduced-motion: reduce)'

function useResize<T>(read: () => T): T {
  return useSyncExternalStore((changed) => {
    addEventListener('resize', changed)
    return () => removeEventListener('resize', changed)
  }, read)
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query)
      media.addEventListener('change', changed)
      return () => media.removeEventListener('change', changed)
    },
    () => matchMedia(query).matches,
  )
}

export function useScreen(): { scale: number; phone: boolean; calm: boolean } {
  const scale = useResize(() => uiScale(innerWidth, innerHeight))
  return { scale, phone: useMedia(PHONE_QUERY), calm: useMedia(CALM_QUERY) }
}
