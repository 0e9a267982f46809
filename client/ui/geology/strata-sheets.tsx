/** Sheets of soil and water between boreholes: their switches, and while they are drawn what they are and how good. */
import { GEOGRAPHIC } from '../../../data/geo/tile-grid.ts'
import type { SceneDocument } from '../../../scenes/schema/scene.ts'
import type { AppState } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { placeInView } from '../below/finding-view.ts'
import { inLanguage } from '../text/text.ts'
import { useFetched } from '../use-fetched.ts'
import './geology.css'
import { HatchPatterns } from './hatch-patterns.tsx'
import { readSurfaces, type SurfaceRow, type SurfacesAnswer } from './read-surfaces.ts'

/** Level of the tile that the legend tells of: about a kilometre a side. */
const LEVEL = 14
const KEYS = ['strata', 'groundwater'] as const

/** Switches of the sheets; nothing in a scene without boreholes. */
export function SheetSwitches({ scene }: { scene: SceneDocument }) {
  const t = useText()
  const dispatch = useDispatch()
  if (!scene.layers.some(({ type }) => type === 'boreholes')) return null
  return (
    <>
      {KEYS.map((key) => (
        <label key={key} className="tw-below-check">
          <input
            type="checkbox"
            checked={scene.below?.[key] ?? false}
            onChange={(event) =>
              dispatch({ type: 'below.set', change: { [key]: event.currentTarget.checked ? true : null } })
            }
          />
          {t(`geology.sheet.${key}`)}
        </label>
      ))}
    </>
  )
}

/** The panel's section: switches and legend. */
export function StrataSheets({ scene }: { scene: SceneDocument }) {
  const t = useText()
  const layer = scene.layers.find(({ type }) => type === 'boreholes')
  if (!layer) return null
  const { strata = false, groundwater = false } = scene.below ?? {}
  return (
    <section className="tw-group" aria-label={t('geology.sheets')}>
      <h3>{t('geology.sheets')}</h3>
      <SheetSwitches scene={scene} />
      {(strata || groundwater) && <SheetLegend scene={scene} strata={strata} groundwater={groundwater} />}
    </section>
  )
}

/** The tile of what one looks at; of the camera where one looks at the sky. */
function tileInView({ camera, metresPerPixel }: AppState): string | null {
  if (!camera) return null
  const [lng, lat] =
    metresPerPixel === null
      ? [camera.lng, camera.lat]
      : placeInView(camera, metresPerPixel, Math.max(innerWidth, innerHeight))
  return `${LEVEL}/${GEOGRAPHIC.x(lng, LEVEL)}/${GEOGRAPHIC.y(lat, LEVEL)}`
}

function SheetLegend({ scene, strata, groundwater }: { scene: SceneDocument; strata: boolean; groundwater: boolean }) {
  const t = useText()
  const tile = useApp(tileInView)
  const under = useApp((state) => state.depth !== null)
  const fetched = useFetched(tile && `/geology/surfaces/${tile}`, readSurfaces)
  const hidden = scene.layers.some(({ type, visible }) => type === 'boreholes' && visible === false)
  const ground = scene.layers.find(({ type }) => type === 'ground')
  const closed = !under && !((scene.below?.xray ?? 0) > 0) && (ground?.opacity ?? 1) >= 1
  if (hidden) return <p className="tw-note">{t('geology.sheetsHidden')}</p>
  if (fetched.status === 'failed') return <p className="tw-note">{fetched.reason}</p>
  if (!fetched.data) return <p className="tw-note">{t('app.loading')}</p>
  if (fetched.data.holes === 0) return <p className="tw-note">{t('geology.sheetsNothing')}</p>
  return (
    <>
      {closed && <p className="tw-note">{t('geology.sheetsClosed')}</p>}
      <Rows answer={fetched.data} strata={strata} groundwater={groundwater} />
    </>
  )
}

const span = (depth: [number, number] | null) =>
  depth && `${depth[0].toFixed(1)}${depth[1] - depth[0] < 0.05 ? '' : ` – ${depth[1].toFixed(1)}`} m`

function Rows({ answer, strata, groundwater }: { answer: SurfacesAnswer; strata: boolean; groundwater: boolean }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const { rows, water, synthetic, source, date, method } = answer
  return (
    <>
      <ul className="tw-soils tw-sheets">
        {strata && rows.map((row) => <Row key={row.name} row={row} name={language === 'en' ? row.nameEn : row.name} />)}
        {groundwater && water && (
          <li>
            <svg width="24" height="14" aria-hidden="true">
              <rect width="24" height="14" className="tw-sheet-water" />
            </svg>
            <span>{t('geology.sheet.groundwater')}</span>
            <span className="tw-number">{span(water.depth)}</span>
            <span className="tw-number tw-sheet-error">{offOf(water)}</span>
          </li>
        )}
      </ul>
      <p className="tw-note">{t('geology.sheetsHow')}</p>
      <p className="tw-note">
        {synthetic && <b>{t('app.synthetic')} · </b>}
        {[
          source && inLanguage(language, source),
          date && t('geology.dataDate', { date }),
          groundwater && water?.dates && t('geology.waterDates', { dates: water.dates }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {method && <p className="tw-note">{inLanguage(language, method)}</p>}
    </>
  )
}

const offOf = ({ errorM, compared }: { errorM: number | null; compared: number }) =>
  errorM === null || compared === 0 ? '± ?' : `± ${errorM.toFixed(2)} m`

function Row({ row, name }: { row: SurfaceRow; name: string }) {
  const t = useText()
  return (
    <li title={t('geology.sheetError', { compared: row.compared })}>
      <svg width="24" height="14" aria-hidden="true">
        <HatchPatterns prefix="sheet" />
        <rect width="24" height="14" fill={row.color} />
        <rect width="24" height="14" fill={`url(#sheet-${row.hatch})`} />
      </svg>
      <span>{name}</span>
      <span className="tw-number">{span(row.depth) ?? t('geology.sheetGround')}</span>
      <span className="tw-number tw-sheet-error">{row.depth ? offOf(row) : ''}</span>
    </li>
  )
}
