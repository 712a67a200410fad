/** Why a published key is not used. */
export type KeyFault =
  /** Not a JWK of its type: members missing or of the wrong form, a point that is not on its curve. */
  | 'malformed'
  /** A secret that the whole world can read. */
  | 'symmetric'
  /** Its private half was published, here or in another entry of the set: whoever read it signs as the issuer. */
  | 'private'
  /** Meant for something else (`use`, `key_ops`, `alg`). */
  | 'not-for-signatures'
  /** A type, curve or algorithm this package does not verify. */
  | 'unsupported'
  /** RSA modulus under 2048 or over 8192 bits. */
  | 'rsa-size'
  /** RSA exponent even, under 65537 or over 64 bits. */
  | 'rsa-exponent'
  /** RSA modulus of the form that CVE-2017-15361 lets one factor. */
  | 'roca';
