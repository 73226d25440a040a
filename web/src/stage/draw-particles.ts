import type { Palette } from '../app/palette.ts';
import { FLOW_HEIGHT } from './geometry.ts';
import type { Particles } from './particles.ts';
import { STYLES } from './particles.ts';

/** Above so many particles single pixels are set: faster, but without shapes. */
export const PIXELS_ABOVE = 15_000;

/** Draws particles by style, one colour after the other: a square for served, a cross for rejected, bars for the rest. */
export function drawParticles(context: CanvasRenderingContext2D, particles: Particles, palette: Palette): void {
  const { count, style, x, y } = particles;
  for (let s = 0; s < STYLES.length; s++) {
    context.fillStyle = palette[STYLES[s]];
    for (let i = 0; i < count; i++) {
      if (style[i] !== s) continue;
      const px = x[i];
      const py = y[i];
      switch (s) {
        case 0:
          context.fillRect(px - 1.5, py - 1.5, 3, 3);
          break;
        case 1:
          context.fillRect(px - 2, py - 2, 4, 4);
          break;
        case 2:
          context.fillRect(px - 3.5, py - 1, 7, 2);
          context.fillRect(px - 1, py - 3.5, 2, 7);
          break;
        case 3:
          context.fillRect(px - 1, py - 4, 2, 8);
          break;
        default:
          context.fillRect(px - 4, py - 1, 8, 2);
      }
    }
  }
}

/** A buffer of pixels, for more particles than rectangles can be drawn. */
export class PixelBuffer {
  private image: ImageData | null = null;
  private pixels: Uint32Array = new Uint32Array(0);
  private colours: readonly number[] = [];
  private palette: Palette | null = null;

  draw(context: CanvasRenderingContext2D, particles: Particles, palette: Palette, width: number, scale: number): void {
    const w = Math.ceil(width * scale);
    const h = Math.ceil(FLOW_HEIGHT * scale);
    if (this.image === null || this.image.width !== w || this.image.height !== h) {
      this.image = new ImageData(w, h);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    if (this.palette !== palette) {
      this.palette = palette;
      this.colours = STYLES.map((style) => littleEndian(palette[style]));
    }
    const { pixels, colours } = this;
    pixels.fill(0);
    const { count, style, x, y } = particles;
    for (let i = 0; i < count; i++) {
      const px = Math.floor(x[i] * scale);
      const py = Math.floor(y[i] * scale);
      if (px < 0 || py < 0 || px >= w - 1 || py >= h - 1) continue;
      const colour = colours[style[i]];
      const at = py * w + px;
      pixels[at] = pixels[at + 1] = pixels[at + w] = pixels[at + w + 1] = colour;
    }
    context.putImageData(this.image, 0, 0);
  }
}

/** `#rrggbb` as a pixel of an image. */
function littleEndian(colour: string): number {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return ((0xff << 24) | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}
