/** A test case as continuous integration knows it. */
export interface JUnitCase {
  readonly name: string;
  /** What went wrong; undefined if nothing did. */
  readonly failure?: string;
}

export interface JUnitSuite {
  readonly name: string;
  readonly cases: readonly JUnitCase[];
}

/** Suites as JUnit's XML, the form that CI systems read. No times: the same run gives the same file. */
export function renderJUnit(suites: readonly JUnitSuite[]): string {
  const lines = suites.flatMap(({ name, cases }) => [
    `  <testsuite name="${escapeXml(name)}" ${counts(cases)}>`,
    ...cases.map((one) => renderCase(name, one)),
    '  </testsuite>',
  ]);
  const all = suites.flatMap(({ cases }) => cases);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts(all)}>\n${lines.join('\n')}\n</testsuites>\n`;
}

function counts(cases: readonly JUnitCase[]): string {
  return `tests="${cases.length}" failures="${cases.filter(({ failure }) => failure !== undefined).length}" errors="0"`;
}

function renderCase(suite: string, { name, failure }: JUnitCase): string {
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
  if (failure === undefined) return `${open}/>`;
  return `${open}>\n      <failure message="${escapeXml(failure)}"/>\n    </testcase>`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
