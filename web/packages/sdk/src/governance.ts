// What validators decide by vote: the action of `propose`.
import { compare, utf8 } from "./bytes.ts";
import { refuse } from "./error.ts";
import {
  type InputOf,
  type OutputOf,
  address,
  fixed,
  message,
  oneOf,
  optional,
  optionalFlag,
  required,
  text,
  texts,
  uint,
} from "./schema.ts";

const kNameBytesMax = 128;
const kUrlBytesMax = 512;
const kParameterNameBytesMax = 64;
const kRecordTypesMax = 256;
const kRecordTypeBytesMax = 64;

const key = fixed(32);

const accreditInstitution = message(
  "accreditInstitution",
  {
    address: required(1, address),
    name: required(2, text(1, kNameBytesMax)),
    kind: required(3, text(0, kNameBytesMax)),
    data_source_url: required(4, text(0, kUrlBytesMax)),
  },
  ({ data_source_url: url }) => {
    if (url !== "" && !url.startsWith("https://")) {
      refuse("BAD_ARGUMENT", "accreditInstitution: data_source_url has to start with https://");
    }
  },
);

const setRecordTypes = message(
  "setRecordTypes",
  {
    types: required(1, texts(1, kRecordTypeBytesMax, kRecordTypesMax)),
  },
  ({ types }) => {
    const ordered = types.map(utf8); // by bytes: beyond U+FFFF, JavaScript orders otherwise
    const ascend = ordered.every(
      (type, place) => place === 0 || compare(ordered[place - 1] ?? type, type) < 0,
    );
    if (!ascend) refuse("BAD_ARGUMENT", "setRecordTypes: types have to ascend, none twice");
  },
);

// By field number.
export const governanceAction = oneOf("action", {
  addValidator: [
    1,
    message("addValidator", {
      key: required(1, key),
      governance_key: required(2, key),
      name: required(3, text(1, kNameBytesMax)),
    }),
  ],
  removeValidator: [
    2,
    message("removeValidator", {
      key: required(1, key),
      force: optional(2, optionalFlag), // also if fewer than four are left
    }),
  ],
  replaceValidatorKey: [
    3,
    message("replaceValidatorKey", {
      key: required(1, key),
      new_key: required(2, key),
    }),
  ],
  replaceGovernanceKey: [
    4,
    message("replaceGovernanceKey", {
      key: required(1, key),
      new_governance_key: required(2, key),
    }),
  ],
  accreditInstitution: [5, accreditInstitution],
  withdrawInstitution: [6, message("withdrawInstitution", { address: required(1, address) })],
  replaceInstitutionKey: [
    7,
    message("replaceInstitutionKey", {
      address: required(1, address),
      new_address: required(2, address),
    }),
  ],
  mint: [8, message("mint", { to: required(1, address), amount: required(2, uint(1n)) })],
  setParameter: [
    9,
    message("setParameter", {
      name: required(1, text(1, kParameterNameBytesMax)),
      value: required(2, uint()),
    }),
  ],
  setRecordTypes: [10, setRecordTypes],
  scheduleUpgrade: [
    11,
    message("scheduleUpgrade", {
      version: required(1, uint(1n)),
      epoch: required(2, uint(1n)),
    }),
  ],
});

export type GovernanceAction = InputOf<typeof governanceAction>;
export type DecodedGovernanceAction = OutputOf<typeof governanceAction>;
