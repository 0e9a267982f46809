/** The Ant Design theme: dark ink-blue surfaces, one teal accent, hairlines, an 8 px grid, radius 6. */
import type { ThemeConfig } from 'antd'
import darkAlgorithm from 'antd/es/theme/themes/dark'

/** The page's colours; page.css holds the same ones as custom properties. */
export const COLORS = {
  base: '#0b1420',
  surface: '#111c2b',
  raised: '#1a2838',
  text: '#e6edf5',
  muted: '#9fb0c3',
  accent: '#2fb8a9',
  hairline: '#263547',
} as const

/** 14/20 px text at a desk; on a 4K panel at scale 1 everything grows with the picture. */
export function uiScale(width: number, height: number): number {
  const fit = Math.min(width / 1920, height / 1080)
  return Math.min(3, Math.max(1, Math.floor(fit * 4) / 4))
}

export function theme(scale: number, reducedMotion: boolean): ThemeConfig {
  const px = (value: number) => Math.round(value * scale)
  return {
    algorithm: darkAlgorithm,
    token: {
      colorPrimary: COLORS.accent,
      colorInfo: COLORS.accent,
      colorLink: COLORS.accent,
      colorBgBase: COLORS.base,
      colorTextBase: COLORS.text,
      colorText: COLORS.text,
      colorTextSecondary: COLORS.muted,
      colorTextTertiary: COLORS.muted,
      colorTextPlaceholder: '#7f92a8',
      colorBgContainer: COLORS.surface,
      colorBgElevated: COLORS.raised,
      colorBorder: '#34465b',
      colorBorderSecondary: COLORS.hairline,
      borderRadius: px(6),
      borderRadiusSM: px(4),
      borderRadiusLG: px(6),
      fontFamily: "'Noto Sans SC', 'Noto Sans CJK SC', system-ui, sans-serif",
      fontSize: px(14),
      fontSizeSM: px(12),
      controlHeight: px(32),
      controlHeightSM: px(24),
      sizeUnit: px(4),
      controlPaddingHorizontal: px(12),
      controlPaddingHorizontalSM: px(8),
      motion: !reducedMotion,
      motionDurationFast: '0.12s',
      motionDurationMid: '0.18s',
      motionDurationSlow: '0.22s',
      boxShadow: '0 2px 8px rgba(3, 8, 14, .45)',
      boxShadowSecondary: '0 4px 16px rgba(3, 8, 14, .5)',
      wireframe: false,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', contentFontSizeSM: px(13) },
      Tooltip: { colorBgSpotlight: '#22344a' },
      Select: { optionSelectedBg: '#26394e', optionActiveBg: '#22344a' },
      Modal: { contentBg: COLORS.surface, headerBg: COLORS.surface },
    },
  }
}
