/**
 * Protocol Buffers messages as tables of fields, just wide enough for what we exchange with BuildKit. A table states
 * what goes over the wire and nothing else; the TypeScript type follows from it ({@link Decoded}).
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** One field: its number, and how its values are read and written. */
export interface Field<Value> {
  readonly number: number;
  readonly wireType: WireType;
  empty(): Value;
  /** The field's value after one more occurrence of it. */
  read(reader: BinaryReader, before: Value): Value;
  /** Writes nothing for an empty value, as proto3 does. */
  write(writer: BinaryWriter, value: Value): void;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type ValuesOf<Table extends Fields> = {
  readonly [Name in keyof Table]: Table[Name] extends Field<infer Value> ? Value : never;
};

/** A kind of message: reads and writes its bytes. Unknown fields are skipped. */
export interface Message<Value> {
  /** @throws Error when the bytes are not a message at all */
  decode(bytes: Uint8Array): Value;
  /** Fields that are left out are empty. */
  encode(value: Partial<Value>): Uint8Array;
}

/** What a message looks like once decoded: no field is missing, empty ones have their default. */
export type Decoded<Kind> = Kind extends Message<infer Value> ? Value : never;

/** A kind of message, from the table of its fields. */
export function message<Table extends Fields>(table: Table): Message<ValuesOf<Table>> {
  const names = Object.keys(table);
  const byNumber = new Map(Object.entries(table).map(([name, field]) => [field.number, { name, field }]));
  return {
    decode(bytes) {
      const reader = new BinaryReader(bytes);
      const value: Record<string, unknown> = {};
      for (const name of names) value[name] = table[name]?.empty();
      while (reader.pos < reader.len) {
        const [number, wireType] = reader.tag();
        const known = byNumber.get(number);
        if (known === undefined || known.field.wireType !== wireType) reader.skip(wireType, number);
        else value[known.name] = known.field.read(reader, value[known.name]);
      }
      return value as ValuesOf<Table>;
    },
    encode(value) {
      const writer = new BinaryWriter();
      for (const name of names) {
        const given = value[name];
        if (given !== undefined) table[name]?.write(writer, given);
      }
      return writer.finish();
    },
  };
}

export function string(number: number): Field<string> {
  return {
    number,
    wireType: WireType.LengthDelimited,
    empty: () => '',
    read: (reader) => reader.string(),
    write: (writer, value) => void (value !== '' && writer.tag(number, WireType.LengthDelimited).string(value)),
  };
}

export function bytes(number: number): Field<Uint8Array> {
  return {
    number,
    wireType: WireType.LengthDelimited,
    empty: () => new Uint8Array(),
    read: (reader) => reader.bytes(),
    write: (writer, value) => void (value.length > 0 && writer.tag(number, WireType.LengthDelimited).bytes(value)),
  };
}

export function bool(number: number): Field<boolean> {
  return {
    number,
    wireType: WireType.Varint,
    empty: () => false,
    read: (reader) => reader.bool(),
    write: (writer, value) => void (value && writer.tag(number, WireType.Varint).bool(value)),
  };
}

/** An int32, int64 or enum. Ours are sizes, times and line numbers, so a double holds them. */
export function int(number: number): Field<number> {
  return {
    number,
    wireType: WireType.Varint,
    empty: () => 0,
    read: (reader) => Number(reader.int64()),
    write: (writer, value) => void (value !== 0 && writer.tag(number, WireType.Varint).int64(value)),
  };
}

/** A field that holds a message; `undefined` when it was not sent. */
export function nested<Value>(number: number, kind: Message<Value>): Field<Value | undefined> {
  return {
    number,
    wireType: WireType.LengthDelimited,
    empty: () => undefined,
    read: (reader) => kind.decode(reader.bytes()),
    write: (writer, value) =>
      void (value !== undefined && writer.tag(number, WireType.LengthDelimited).bytes(kind.encode(value))),
  };
}

export function repeatedString(number: number): Field<readonly string[]> {
  return {
    number,
    wireType: WireType.LengthDelimited,
    empty: () => [],
    read: (reader, before) => append(before, reader.string()),
    write(writer, values) {
      for (const value of values) writer.tag(number, WireType.LengthDelimited).string(value);
    },
  };
}

export function repeatedBytes(number: number): Field<readonly Uint8Array[]> {
  return {
    number,
    wireType: WireType.LengthDelimited,
    empty: () => [],
    read: (reader, before) => append(before, reader.bytes()),
    write(writer, values) {
      for (const value of values) writer.tag(number, WireType.LengthDelimited).bytes(value);
    },
  };
}

/** Numbers as proto3 repeats them: packed into one field. */
export function repeatedInt(number: number): Field<readonly number[]> {
  return {
    number,
    wireType: WireType.LengthDelimited,
    empty: () => [],
    read(reader, before) {
      const end = reader.uint32() + reader.pos;
      let values = before;
      while (reader.pos < end) values = append(values, Number(reader.int64()));
      return values;
    },
    write(writer, values) {
      if (values.length === 0) return;
      writer.tag(number, WireType.LengthDelimited).fork();
      for (const value of values) writer.int64(value);
      writer.join();
    },
  };
}

export function repeated<Value>(number: number, kind: Message<Value>): Field<readonly Value[]> {
  return {
    number,
    wireType: WireType.LengthDelimited,
    empty: () => [],
    read: (reader, before) => append(before, kind.decode(reader.bytes())),
    write(writer, values) {
      for (const value of values) writer.tag(number, WireType.LengthDelimited).bytes(kind.encode(value));
    },
  };
}

/** The list is `empty`'s and nobody else has seen it yet; a copy for each item would make long lists quadratic. */
function append<Value>(list: readonly Value[], item: Value): readonly Value[] {
  (list as Value[]).push(item);
  return list;
}

const entry = message({ key: string(1), value: string(2) });

/** A `map<string, string>`. */
export function stringMap(number: number): Field<Readonly<Record<string, string>>> {
  return {
    number,
    wireType: WireType.LengthDelimited,
    empty: () => ({}),
    read(reader, before) {
      const { key, value } = entry.decode(reader.bytes());
      return { ...before, [key]: value };
    },
    write(writer, values) {
      for (const [key, value] of Object.entries(values)) {
        writer.tag(number, WireType.LengthDelimited).bytes(entry.encode({ key, value }));
      }
    },
  };
}
