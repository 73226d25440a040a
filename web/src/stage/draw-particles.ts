import type { Palette } from '../app/palette.ts';
import type { Particles } from './particles.ts';
import { STYLES } from './particles.ts';

/** Above so many particles pixels are set rather than rectangles drawn: faster, but only at whole pixels. */
export const PIXELS_ABOVE = 1500;
/** Above so many the served ones are drawn smaller, so that the others are still seen among them. */
export const CROWD_ABOVE = 15_000;

/** A rectangle around the middle of a particle, in pixels of the page. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** By style, what a particle consists of: a square for served, a cross for rejected, bars for the rest. */
const SHAPES: readonly (readonly Box[])[] = [
  [{ x: -1.5, y: -1.5, w: 3, h: 3 }],
  [{ x: -2, y: -2, w: 4, h: 4 }],
  [
    { x: -3.5, y: -1, w: 7, h: 2 },
    { x: -1, y: -3.5, w: 2, h: 7 },
  ],
  [{ x: -1, y: -4, w: 2, h: 8 }],
  [{ x: -4, y: -1, w: 8, h: 2 }],
];
const CROWDED: readonly Box[] = [{ x: -1, y: -1, w: 2, h: 2 }];

/** Draws particles by style, one colour after the other. */
export function drawParticles(context: CanvasRenderingContext2D, particles: Particles, palette: Palette): void {
  const { count, style, x, y } = particles;
  for (let s = 0; s < STYLES.length; s++) {
    context.fillStyle = palette[STYLES[s]];
    for (const box of SHAPES[s]) {
      for (let i = 0; i < count; i++) {
        if (style[i] === s) context.fillRect(x[i] + box.x, y[i] + box.y, box.w, box.h);
      }
    }
  }
}

/** A picture as its pixels, one number each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly values: Uint32Array;
}

/**
 * Sets the pixels of all particles; what is outside the picture is left out.
 *
 * @param colours by style
 * @param scale pixels of the picture for one of the page
 */
export function stampParticles(
  { width, height, values }: Pixels,
  particles: Particles,
  colours: readonly number[],
  scale: number,
): void {
  const { count, style, x, y } = particles;
  for (let s = 0; s < STYLES.length; s++) {
    const colour = colours[s];
    for (const box of s === 0 && count > CROWD_ABOVE ? CROWDED : SHAPES[s]) {
      const w = Math.max(1, Math.round(box.w * scale));
      const h = Math.max(1, Math.round(box.h * scale));
      for (let i = 0; i < count; i++) {
        if (style[i] !== s) continue;
        const left = Math.floor((x[i] + box.x) * scale + 0.5);
        const top = Math.floor((y[i] + box.y) * scale + 0.5);
        if (left < 0 || top < 0 || left + w > width || top + h > height) continue;
        for (let row = top * width + left; row < (top + h) * width + left; row += width) {
          for (let at = row; at < row + w; at++) values[at] = colour;
        }
      }
    }
  }
}

/** A canvas of particles: shapes while they are few, and a picture that is set pixel by pixel when they are many. */
export class ParticleCanvas {
  private image: ImageData | null = null;
  private pixels: Pixels = { width: 0, height: 0, values: new Uint32Array(0) };
  private colours: readonly number[] = [];
  private palette: Palette | null = null;

  /** Draws them in the place of what there was. The canvas says how many there are, and how they were drawn. */
  draw(context: CanvasRenderingContext2D, particles: Particles, palette: Palette, width: number, height: number): void {
    const isMany = particles.count > PIXELS_ABOVE;
    const { canvas } = context;
    canvas.dataset['particles'] = String(particles.count);
    canvas.dataset['drawn'] = isMany ? 'pixels' : 'shapes';
    if (isMany) {
      this.set(context, particles, palette);
      return;
    }
    context.clearRect(0, 0, width, height);
    drawParticles(context, particles, palette);
  }

  private set(context: CanvasRenderingContext2D, particles: Particles, palette: Palette): void {
    const { width, height } = context.canvas;
    if (this.image === null || this.image.width !== width || this.image.height !== height) {
      this.image = new ImageData(width, height);
      this.pixels = { width, height, values: new Uint32Array(this.image.data.buffer) };
    }
    if (this.palette !== palette) {
      this.palette = palette;
      this.colours = STYLES.map((style) => littleEndian(palette[style]));
    }
    this.pixels.values.fill(0);
    stampParticles(this.pixels, particles, this.colours, context.getTransform().a);
    context.putImageData(this.image, 0, 0);
  }
}

/** `#rrggbb` as a pixel of an image. */
export function littleEndian(colour: string): number {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return ((0xff << 24) | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}
