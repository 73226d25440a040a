/**
 * A canvas that the processor draws. Thousands of small rectangles, pictures set pixel by pixel and lines of many points
 * cost a graphics processor more than they spare, the more so where there is none and the browser only acts as if.
 */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  return canvas.getContext('2d', { willReadFrequently: true })!;
}

/** Makes a canvas so large in pixels of the page, at the density of the screen, if it is not. */
export function fit(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const scale = Math.min(2, devicePixelRatio);
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  // Even the same size again would take new memory.
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = contextOf(canvas);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}
