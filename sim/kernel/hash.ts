/** Hashing to 32-bit words by multiplications; the base of every draw that a layer's act could otherwise shift. */

/** A bijection on 32-bit words in which every input bit flips every output bit about half the time. */
export function mix(word: number): number {
  word ^= word >>> 16;
  word = Math.imul(word, 0x21f0aaad);
  word ^= word >>> 15;
  word = Math.imul(word, 0x735a2d97);
  return word ^ (word >>> 15);
}

/** A 32-bit hash of a name. */
export function hashName(name: string, start = 0): number {
  let hash = start ^ 0x9e3779b9;
  for (let i = 0; i < name.length; i++) hash = mix(hash + name.charCodeAt(i));
  return mix(hash ^ name.length);
}
