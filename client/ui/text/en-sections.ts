/** The page's words about sections, in English. */
import type { zhSections } from './zh-sections.ts'

type Words<T> = { [K in keyof T]: T[K] extends string ? string : Words<T[K]> }

export const enSections: Words<typeof zhSections> = {
  section: {
    title: 'Sections',
    across: 'Across, one click',
    line: 'Across, two clicks',
    along: 'Along a pipe',
    between: 'Between two nodes',
    hint: {
      across: 'Click a road or a pipe: the cut lies at right angles to it.',
      line: 'Click both ends of the cut.',
      along: 'Click a pipe for the run that it is part of, or a manhole for all that is downstream.',
      between: 'Click two nodes or pipes of one network.',
    },
    noRoad: 'No road near by: click a road or a pipe, or draw a line.',
    cross: 'Cross-section',
    long: 'Long section',
    show: 'Show the drawing',
    hide: 'Hide the drawing',
    remove: 'Remove {{name}}',
    pipes: '{{count}} pipes',
    tooClose: '{{count}} too close',
    estimated: '{{count}} of estimated depth',
    nodes: '{{count}} nodes',
    length: '{{length}} m',
    returnPeriod: 'Return period of the storm (years)',
    drawing: 'Drawing of a section',
    loading: 'Drawing the section …',
    bigger: 'Larger',
    smaller: 'Smaller',
    fit: 'Fit',
    taller: 'Taller',
    lower: 'Lower',
    save: 'Export',
    failed: 'The section cannot be drawn: {{reason}}',
  },
}
