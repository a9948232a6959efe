// A patient's enrolment: address and reader key for one chain, signed by the patient, as JSON for
// an institution. So no institution ever makes a patient's key. `generion institution enroll` takes
// it.
import { type Address, parseAddress } from "./address.ts";
import { type Bytes, concat, equal, fromHex, toHex } from "./bytes.ts";
import { messageOf, refuse } from "./error.ts";
import { checkReaderKey } from "./reader_key.ts";
import { type SigningKey, verifySignature } from "./signing.ts";

const kTag = "generion/enrolment/1";
const kVersion = 1;

export interface Enrolment {
  readonly address: Address;
  readonly readerKey: Bytes;
}

// One line of JSON.
export function makeEnrolment(chainId: Bytes, key: SigningKey): string {
  const readerKey = key.reader().publicKey;
  return JSON.stringify({
    generion_enrolment: kVersion,
    chain_id: toHex(chainId),
    address: key.address,
    reader_key: toHex(readerKey),
    signature: toHex(key.sign(kTag, concat(chainId, key.publicKey, readerKey))),
  });
}

// Errors MALFORMED, WRONG_CHAIN, BAD_ADDRESS, BAD_KEY, BAD_SIGNATURE.
export function parseEnrolment(json: string, chainId: Bytes): Enrolment {
  const fields = parseObject(json);
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === "string" ? value : refuse("MALFORMED", `enrolment: ${name} is no text`);
  };
  if (fields["generion_enrolment"] !== kVersion) {
    refuse("MALFORMED", `this is no enrolment of version ${kVersion}`);
  }
  if (!equal(fromHex(text("chain_id"), 32, "enrolment: chain_id"), chainId)) {
    refuse(
      "WRONG_CHAIN",
      `the enrolment is for chain ${text("chain_id")}, this one is ` + toHex(chainId),
    );
  }
  const address = text("address");
  const publicKey = parseAddress(address);
  const readerKey = fromHex(text("reader_key"), 32, "enrolment: reader_key");
  checkReaderKey(readerKey);
  const signature = fromHex(text("signature"), 64, "enrolment: signature");
  if (!verifySignature(publicKey, kTag, concat(chainId, publicKey, readerKey), signature)) {
    refuse("BAD_SIGNATURE", `the enrolment is not signed by ${address}`);
  }
  return { address, readerKey };
}

function parseObject(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    refuse("MALFORMED", `the enrolment is no JSON: ${messageOf(error)}`);
  }
  return refuse("MALFORMED", "the enrolment is no JSON object");
}
