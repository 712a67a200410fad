const SECONDS_PER: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 };

/** Seconds of a duration `<digits>(s|m|h|d)`. */
export function parseDuration(text: string): number | undefined {
  const [digits, seconds] = [text.slice(0, -1), SECONDS_PER[text.slice(-1)]];
  return seconds !== undefined && /^[0-9]{1,10}$/.test(digits) ? Number(digits) * seconds : undefined;
}

const RFC3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,9})?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/i;

/** Whether a text is written as a time, be there such a time or not. */
export function isTimeShaped(text: string): boolean {
  return RFC3339.test(text);
}

/** Seconds since the epoch of a time with an offset (RFC 3339, section 5.6), whose every field is in range. */
export function parseTime(text: string): number | undefined {
  const fields = RFC3339.exec(text);
  if (fields === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.slice(1, 7).map(Number);
  const [fraction = '0', sign = '+', offsetHour = '0', offsetMinute = '0'] = fields.slice(7);
  if (hour > 23 || minute > 59 || second > 59 || Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offset = (sign === '-' ? -60 : 60) * (Number(offsetHour) * 60 + Number(offsetMinute));
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset + Number(fraction);
}
