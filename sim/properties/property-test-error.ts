/** A property test that cannot be carried out as it is written: not a failure of the design, and nothing is saved. */
export class PropertyTestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PropertyTestError';
  }
}
