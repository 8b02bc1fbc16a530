/** What sprig's functions give for a certificate and its key: both PEM. A struct in Go, so its fields are asked for by name. */
export class Certificate {
  readonly cert: string;
  readonly key: string;

  constructor(cert: string, key: string) {
    this.cert = cert;
    this.key = key;
  }

  /** In the order of the struct. */
  get fields(): readonly (readonly [name: string, value: string])[] {
    return [
      ['Cert', this.cert],
      ['Key', this.key],
    ];
  }

  isSame(other: Certificate): boolean {
    return this.cert === other.cert && this.key === other.key;
  }
}
