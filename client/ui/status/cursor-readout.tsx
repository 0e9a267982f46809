/** Where the pointer is: degrees, CGCS2000 plane coordinates, and heights that say what they stand on. */
import { Tooltip } from 'antd'
import { useApp, useText } from '../app-context.tsx'
import { cgcs2000, degrees, metres } from './coordinates.ts'

export function CursorReadout() {
  const t = useText()
  const cursor = useApp((state) => state.cursor)
  if (!cursor) return <span className="tw-cursor tw-muted">{t('status.noCursor')}</span>
  const plane = cgcs2000(cursor.lng, cursor.lat)
  return (
    <span className="tw-cursor">
      <Tooltip title={t('status.wgs')} mouseEnterDelay={0.4}>
        <span className="tw-number tw-lnglat">
          {degrees(cursor.lng, 'lng')} {degrees(cursor.lat, 'lat')}
        </span>
      </Tooltip>
      {plane && (
        <Tooltip
          title={t('status.cgcs', { meridian: plane.zone.meridian, epsg: plane.zone.epsg })}
          mouseEnterDelay={0.4}
        >
          <span className="tw-number tw-plane">
            <small>{'CGCS2000'}</small> X {metres(plane.x)} Y {metres(plane.y)}
            <small> L₀ {plane.zone.meridian}°</small>
          </span>
        </Tooltip>
      )}
      <Tooltip title={t('status.orthometricWhy')} mouseEnterDelay={0.4}>
        <span className="tw-number">
          <small>{t('status.orthometric')}</small> {metres(cursor.orthometric)}
          <small> m</small>
        </span>
      </Tooltip>
      <Tooltip title={t('status.ellipsoidalWhy')} mouseEnterDelay={0.4}>
        <span className="tw-number tw-ellipsoidal">
          <small>{t('status.ellipsoidal')}</small> {metres(cursor.ellipsoidal)}
          <small> m</small>
        </span>
      </Tooltip>
    </span>
  )
}
