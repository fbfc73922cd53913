/** What a value says about: name, value. Names are those of Prometheus: letters, digits and underscores. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a counter or gauge. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** One distribution. */
export interface Distribution {
  readonly labels: Labels;
  /** How many observations fell into each bucket, and at last how many lay above all bounds. Not cumulative. */
  readonly counts: readonly number[];
  /** Of all observations. */
  readonly sum: number;
}

interface Described {
  /** In base units, such as `mscli_gateway_request_duration_seconds`. A counter's is without `_total`. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
}

/** All values of one metric, as data: it can be sent to another process, merged there, and rendered. */
export type MetricFamily =
  | (Described & { readonly kind: 'counter'; readonly samples: readonly Sample[] })
  | (Described & {
      readonly kind: 'gauge';
      /** Where several processes have it: whether the values are added up, or each is shown with the process it is of. Default `each`. */
      readonly merged?: 'sum' | 'each';
      readonly samples: readonly Sample[];
    })
  | (Described & {
      readonly kind: 'histogram';
      /** The upper ends of the buckets, ascending, without infinity. */
      readonly bounds: readonly number[];
      readonly samples: readonly Distribution[];
    });
