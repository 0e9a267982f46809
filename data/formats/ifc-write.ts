/** Writes small IFC4 models: boxes in storeys, with colours, property sets and systems; for the made city and for tests. */

/** A box-shaped element. */
export interface MadeElement {
  /** `IFCWALL` */
  kind: string
  name: string
  /** index into the storeys */
  storey: number
  /** metres in the model: west, south, bottom of the box, then its sizes */
  box: [x: number, y: number, z: number, dx: number, dy: number, dz: number]
  /** RGB 0 … 1 and transparency */
  colour: [number, number, number, number]
  properties?: Record<string, string | number | boolean>
  system?: string
}

/** What to write. */
export interface MadeModel {
  name: string
  storeys: { name: string; elevation: number }[]
  elements: MadeElement[]
  /** of the model's origin */
  place?:
    | { crs: string; east: number; north: number; height: number; turnDeg: number }
    | { lng: number; lat: number; height: number }
  /** added to all coordinates of the shapes, as careless exports do */
  shift?: [number, number, number]
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$'

/** A GlobalId for a number: 22 characters of IFC's own base 64. */
export function globalId(serial: number): string {
  let text = ''
  for (let rest = serial; text.length < 22; rest = Math.floor(rest / 64)) text = ALPHABET[rest % 64] + text
  return text
}

/** A string literal of STEP: beyond ASCII as `\X2\…\X0\`. @see ISO 10303-21 §6.4.3 */
function literal(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "''")
    .replaceAll(/[^\x20-\x7e]+/g, (run) => {
      const units = Array.from({ length: run.length }, (_, i) => run.charCodeAt(i).toString(16).padStart(4, '0'))
      return `\\X2\\${units.join('').toUpperCase()}\\X0\\`
    })
  return `'${escaped}'`
}

const real = (value: number): string => (Number.isInteger(value) ? `${value}.` : String(value))
const value = (of: string | number | boolean): string =>
  typeof of === 'number'
    ? `IFCREAL(${real(of)})`
    : typeof of === 'boolean'
      ? `IFCBOOLEAN(.${of ? 'T' : 'F'}.)`
      : `IFCLABEL(${literal(of)})`

function compound(degrees: number): string {
  const sign = Math.sign(degrees) || 1
  const millionths = Math.round(Math.abs(degrees) * 3600e6)
  const parts = [
    Math.floor(millionths / 3600e6),
    Math.floor(millionths / 60e6) % 60,
    Math.floor(millionths / 1e6) % 60,
    millionths % 1e6,
  ]
  return `(${parts.map((part) => (part ? sign * part : 0)).join(',')})`
}

/**
 * The model as text of a STEP file, IFC4.
 * @see ISO 16739-1:2018; ISO 10303-21
 */
export function writeIfc(model: MadeModel): string {
  const lines: string[] = []
  let ids = 0
  const put = (text: string): string => {
    lines.push(`#${lines.length + 1}=${text};`)
    return `#${lines.length}`
  }
  const id = (): string => `'${globalId(++ids)}'`
  const point = (...at: number[]): string => put(`IFCCARTESIANPOINT((${at.map(real).join(',')}))`)
  const origin = point(0, 0, 0)
  const frame = put(`IFCAXIS2PLACEMENT3D(${origin},$,$)`)
  const metre = put('IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.)')
  const units = put(`IFCUNITASSIGNMENT((${metre}))`)
  const context = put(`IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,${frame},$)`)
  const project = put(`IFCPROJECT(${id()},$,${literal(model.name)},$,$,$,$,(${context}),${units})`)
  const world = put(`IFCLOCALPLACEMENT($,${frame})`)
  const { place } = model
  if (place && 'crs' in place) {
    const system = put(`IFCPROJECTEDCRS(${literal(place.crs)},$,$,$,$,$,${metre})`)
    const turn = (place.turnDeg * Math.PI) / 180
    put(
      `IFCMAPCONVERSION(${context},${system},${real(place.east)},${real(place.north)},${real(place.height)},${real(Math.cos(turn))},${real(Math.sin(turn))},1.)`,
    )
  }
  const at = place && 'lng' in place ? `${compound(place.lat)},${compound(place.lng)},${real(place.height)}` : '$,$,$'
  const site = put(`IFCSITE(${id()},$,'Site',$,$,${world},$,$,.ELEMENT.,${at},$,$)`)
  const building = put(`IFCBUILDING(${id()},$,${literal(model.name)},$,$,${world},$,$,.ELEMENT.,$,$,$)`)
  put(`IFCRELAGGREGATES(${id()},$,$,$,${project},(${site}))`)
  put(`IFCRELAGGREGATES(${id()},$,$,$,${site},(${building}))`)
  const storeys = model.storeys.map(({ name, elevation }) =>
    put(`IFCBUILDINGSTOREY(${id()},$,${literal(name)},$,$,${world},$,$,.ELEMENT.,${real(elevation)})`),
  )
  if (storeys.length) put(`IFCRELAGGREGATES(${id()},$,$,$,${building},(${storeys.join(',')}))`)
  const styles = new Map<string, string>()
  const styleOf = ([r, g, b, clear]: MadeElement['colour']): string => {
    const key = [r, g, b, clear].map(real).join(',')
    const known = styles.get(key)
    if (known) return known
    const colour = put(`IFCCOLOURRGB($,${[r, g, b].map(real).join(',')})`)
    const shading = put(`IFCSURFACESTYLESHADING(${colour},${real(clear)})`)
    const style = put(`IFCSURFACESTYLE($,.BOTH.,(${shading}))`)
    styles.set(key, style)
    return style
  }
  const inStorey: string[][] = storeys.map(() => [])
  const systems = new Map<string, string[]>()
  for (const element of model.elements) {
    const [x, y, z, dx, dy, dz] = element.box
    const [sx, sy, sz] = model.shift ?? [0, 0, 0]
    const axes = put(`IFCAXIS2PLACEMENT3D(${point(x + dx / 2 + sx, y + dy / 2 + sy, z + sz)},$,$)`)
    const profile = put(`IFCRECTANGLEPROFILEDEF(.AREA.,$,$,${real(dx)},${real(dy)})`)
    const up = put('IFCDIRECTION((0.,0.,1.))')
    const solid = put(`IFCEXTRUDEDAREASOLID(${profile},${axes},${up},${real(dz)})`)
    put(`IFCSTYLEDITEM(${solid},(${styleOf(element.colour)}),$)`)
    const shape = put(`IFCSHAPEREPRESENTATION(${context},'Body','SweptSolid',(${solid}))`)
    const product = put(`IFCPRODUCTDEFINITIONSHAPE($,$,(${shape}))`)
    const rest = TAILS[element.kind] ?? ',$'
    const made = put(
      `${element.kind}(${id()},$,${literal(element.name)},$,$,${world},${product}${element.kind === 'IFCSPACE' ? '' : ',$'}${rest})`,
    )
    inStorey[element.storey]?.push(made)
    if (element.system) systems.set(element.system, [...(systems.get(element.system) ?? []), made])
    const properties = Object.entries(element.properties ?? {}).map(([name, of]) =>
      put(`IFCPROPERTYSINGLEVALUE(${literal(name)},$,${value(of)},$)`),
    )
    if (!properties.length) continue
    const set = put(`IFCPROPERTYSET(${id()},$,'Pset_Tidewall',$,(${properties.join(',')}))`)
    put(`IFCRELDEFINESBYPROPERTIES(${id()},$,$,$,(${made}),${set})`)
  }
  for (const [i, members] of inStorey.entries()) {
    if (!members.length) continue
    put(`IFCRELCONTAINEDINSPATIALSTRUCTURE(${id()},$,$,$,(${members.join(',')}),${storeys[i]})`)
  }
  for (const [name, members] of systems) {
    const system = put(`IFCSYSTEM(${id()},$,${literal(name)},$,$)`)
    put(`IFCRELASSIGNSTOGROUP(${id()},$,$,$,(${members.join(',')}),$,${system})`)
  }
  const head = `ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'Tidewall','Tidewall','');\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n`
  return `${head}${lines.join('\n')}\nENDSEC;\nEND-ISO-10303-21;\n`
}

/** Attributes after the tag, where there is more than a predefined type. */
const TAILS: Record<string, string> = {
  IFCSPACE: ',$,.ELEMENT.,.INTERNAL.,$',
  IFCDOOR: ',$,$,$,$,$',
  IFCWINDOW: ',$,$,$,$,$',
  IFCFURNISHINGELEMENT: '',
  IFCBUILDINGELEMENTPROXY: ',$',
}
