/** Shifts to WGS 84 of the old datums that Esri's .prj files name without them: a hundred metres and more when left out. */

/** Names of datums → dx, dy, dz (m), rx, ry, rz (″, position vector), ds (ppm). */
const SHIFTS: readonly [RegExp, string][] = [
  [/OSGB_?1936/i, '446.448,-125.157,542.06,0.15,0.247,0.842,-20.489'],
  [/Deutsches_Hauptdreiecksnetz/i, '598.1,73.7,418.2,0.202,0.045,-2.455,6.7'],
  [/Militar_Geographische|D_MGI/i, '577.326,90.129,463.919,5.137,1.474,5.297,2.4232'],
  [/Hong_Kong_1980/i, '-162.619,-276.959,-161.764,0.067753,-2.24365,-1.15883,-1.09425'],
  [/Amersfoort/i, '565.4171,50.3319,465.5524,-0.398957,0.343988,-1.8774,4.0725'],
  [/Korean_Datum_1985/i, '-115.8,474.99,674.11,1.16,-2.31,-1.63,6.43'],
  [/D_Tokyo"|"Tokyo"/i, '-146.414,507.337,680.507,0,0,0,0'],
  [/Pulkovo_1942"/i, '23.92,-141.27,-80.9,0,0.35,0.82,-0.12'],
  [/European_(Datum_)?1950/i, '-87,-98,-121,0,0,0,0'],
  [/CH1903/i, '674.374,15.056,405.346,0,0,0,0'],
  [/Belge_1972/i, '-106.8686,52.2978,-103.7239,0.3366,-0.457,1.8422,-1.2747'],
  [/Monte_Mario/i, '-104.1,-49.1,-9.9,0.971,-2.917,0.714,-11.68'],
]

/**
 * WKT with the shift of its datum, when it names one of the list and brings none.
 *
 * @returns the text unchanged for every other datum
 * @see EPSG dataset, coordinate operations of these datums to WGS 84 (accuracy 1 … 10 m)
 */
export function withDatumShift(wkt: string): string {
  if (/TOWGS84/i.test(wkt)) return wkt
  const datum = /DATUM\s*\[\s*"[^"]+"/i.exec(wkt)?.[0]
  const shift = datum && SHIFTS.find(([name]) => name.test(datum))?.[1]
  if (!shift) return wkt
  return wkt.replace(/(DATUM\s*\[\s*"[^"]+"\s*,\s*(?:SPHEROID|ELLIPSOID)\s*\[[^\]]*\])/i, `$1,TOWGS84[${shift}]`)
}
