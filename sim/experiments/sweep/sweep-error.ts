/** A sweep that cannot be run, gone on with or merged, and why: the user's to mend. Nothing has been lost. */
export class SweepError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SweepError';
  }
}
