/** Which section's drawing is open: presence, neither undone nor shared. */
import { create } from 'zustand'

interface OpenSection {
  /** the mark's id; null = none */
  mark: string | null
  show(mark: string | null): void
}

export const useOpenSection = create<OpenSection>()((set) => ({
  mark: null,
  show: (mark) => set({ mark }),
}))
