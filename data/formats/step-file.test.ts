/** STEP lines by hand: every kind of value, escapes and encodings, comments, and what is no line. */
import { expect, test } from 'vitest'
import { ifcTypes } from './ifc-schema.ts'
import { openStep } from './step-file.ts'

const file = (body: string | Uint8Array) => openStep(typeof body === 'string' ? new TextEncoder().encode(body) : body)

test('values of a line: numbers, strings, enumerations, references, lists, typed values, nothing', () => {
  const { line } = file(
    "#1=IFCA(12,-3.5,1.E-3,+4,'text',.STANDARD.,.T.,.F.,.U.,#7,(#8,#9),IFCLABEL('x'),IFCBOOLEAN(.T.),$,*,\"0AF\",((1,2),()));",
  )
  expect(line(1)?.values).toEqual([
    12,
    -3.5,
    0.001,
    4,
    'text',
    'STANDARD',
    true,
    false,
    null,
    { ref: 7 },
    [{ ref: 8 }, { ref: 9 }],
    'x',
    true,
    null,
    null,
    '0AF',
    [[1, 2], []],
  ])
})

test('lines are found whatever stands between and inside of them', () => {
  const found = file(`ISO-10303-21;
HEADER; FILE_NAME('a;#1=B(',2); ENDSEC;
DATA;
 #10 = ifcWall ( 'a;b''c' , /* #11=IFCX('); */ 5 ) ;#11=
IFCDOOR('/* no comment */',
  (1,
   2));
#12=(IFCA(1)IFCB(2));
#13=IFCWALL('first');#13=IFCWALL('last');
#99999999999=IFCWALL('too large a number');
#4000000000=IFCWALL('far');
#14=IFCWALL('cut sho`)
  expect(found.types).toEqual(['IFCWALL', 'IFCDOOR'])
  expect(found.idsOf((type) => type === 'IFCWALL')).toEqual([10, 13, 4000000000, 14])
  expect(found.line(10)?.values).toEqual(["a;b'c", 5])
  expect(found.line(11)).toEqual({ id: 11, type: 'IFCDOOR', values: ['/* no comment */', [1, 2]] })
  expect(found.line(12)).toBeNull()
  expect(found.line(13)?.values).toEqual(['last'])
  expect(found.typeOf(4000000000)).toBe('IFCWALL')
  expect(found.line(14)?.values).toEqual(['cut sho'])
  expect(found.line(15)).toBeNull()
})

test('strings: escapes of the standard, and the bytes that programs write instead', () => {
  const text = (body: string | Uint8Array): unknown => file(body).line(1)?.values[0]
  expect(text(String.raw`#1=A('\X2\6D7795E8\X0\ \X\E9 \S\d \\ \X4\0001F600\X0\');`)).toBe('海门 é ä \\ 😀')
  expect(text("#1=A('海门泵站');")).toBe('海门泵站')
  const gbk = Uint8Array.of(0x23, 0x31, 0x3d, 0x41, 0x28, 0x27, 0xba, 0xa3, 0xc3, 0xc5, 0x27, 0x29, 0x3b)
  expect(text(gbk)).toBe('海门')
  expect(text(`#1=A('${'x'.repeat(100_000)}');`)).toHaveLength(100_000)
})

test('any bytes are read in bounded depth and time, without an error', () => {
  const deep = file(`#1=A(${'('.repeat(200_000)});`)
  expect(deep.line(1)?.values).toHaveLength(1)
  let seed = 1
  const random = (): number => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0)
  for (let run = 0; run < 200; run++) {
    const alphabet = "#=(),;'$*.\\/X0129AB \n\u00e9"
    const found = file(`#1=A(${Array.from({ length: 60 }, () => alphabet[random() % alphabet.length]).join('')}`)
    for (const id of found.idsOf(() => true)) expect(found.line(id)).not.toBeNull()
  }
})

test('attributes stand where the standard says, those a type computes among them', () => {
  const types = ifcTypes('IFC2X3')
  expect([...types('IFCSIUNIT').at]).toEqual([
    ['Dimensions', 0],
    ['UnitType', 1],
    ['Prefix', 2],
    ['Name', 3],
  ])
  expect(types('IFCWALLSTANDARDCASE').is('IFCPRODUCT')).toBe(true)
  expect(types('IFCDOOR').is('IFCWALL')).toBe(false)
  expect(types('IFCWALL').at.get('Tag')).toBe(7)
  // 4.3 does not have it any more; files do
  expect(ifcTypes('IFC4X3_ADD2')('IFCWALLSTANDARDCASE').is('IFCPRODUCT')).toBe(true)
  expect(types('IFCNONSENSE')).toMatchObject({ name: 'IFCNONSENSE', at: new Map() })
})
