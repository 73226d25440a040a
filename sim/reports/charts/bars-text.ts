import { decimal } from '../numbers.ts';
import type { Bars } from '../report.ts';

/** Room for the number behind a bar. */
const NUMBER = 10;

/** Bars from zero as lines of text: `─` marks the interval. */
export function barsText({ title, unit, bars }: Bars, width: number): string[] {
  const names = Math.max(0, ...bars.map(({ name }) => name.length));
  const room = Math.max(10, width - names - NUMBER - 4);
  const ends = [0, ...bars.flatMap(({ low, high }) => [low, high])];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const span = most - least > 0 ? most - least : 1;
  const column = (value: number): number => Math.round(((value - least) / span) * (room - 1));
  const rows = bars.map(({ name, value, low, high }) => {
    const cells = new Array<string>(room).fill(' ');
    for (let i = column(low); i <= column(high); i++) cells[i] = '─';
    const [from, to] = [column(Math.min(0, value)), column(Math.max(0, value))];
    for (let i = from; i <= to; i++) cells[i] = '█';
    cells[column(0)] = '│';
    const number = `${value > 0 ? '+' : ''}${decimal(value, 2)}`;
    return `${name.padEnd(names)}  ${cells.join('')} ${number.padStart(NUMBER)}`.trimEnd();
  });
  return [`${title} (${unit})`, ...rows];
}
