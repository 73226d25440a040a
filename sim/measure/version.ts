/** The version of this package; a test keeps it equal to package.json's. */
export const VERSION = '0.1.0';

/** Version of every JSON document that this package writes. A minor version only adds members. */
export const SCHEMA_VERSION = '1.0';
