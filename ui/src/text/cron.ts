// Cron expressions as people say them.

/** A cron expression as a sentence, where it is one of the usual; itself otherwise. */
export function cronWords(cron: string): string {
  const macro: Record<string, string> = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
  };
  const parts = (macro[cron] ?? cron).trim().split(/\s+/);
  if (parts.length !== 5) return cron;
  const [minute, hour, date, month, weekday] = parts as [string, string, string, string, string];
  const isNumber = (text: string) => /^\d+$/.test(text);
  const two = (text: string) => text.padStart(2, "0");
  if (month !== "*") return cron;
  const isAnyDay = date === "*" && weekday === "*";
  if (isAnyDay && hour === "*" && minute === "*") return "every minute";
  if (isAnyDay && hour === "*" && /^\*\/\d+$/.test(minute)) return `every ${minute.slice(2)} minutes`;
  if (isAnyDay && hour === "*" && isNumber(minute)) return minute === "0" ? "every hour" : `every hour at :${two(minute)}`;
  if (isAnyDay && /^\*\/\d+$/.test(hour) && isNumber(minute)) return `every ${hour.slice(2)} hours at :${two(minute)}`;
  if (!isNumber(minute) || !isNumber(hour)) return cron;
  const time = `${two(hour)}:${two(minute)}`;
  if (isAnyDay) return `every day at ${time}`;
  const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  if (date === "*" && weekday === "1-5") return `on weekdays at ${time}`;
  if (date === "*" && /^[0-7]$/.test(weekday)) return `every ${days[Number(weekday)]} at ${time}`;
  if (weekday === "*" && isNumber(date)) return `on day ${date} of the month at ${time}`;
  return cron;
}

/** A partitions definition in words: a cron expression with its zone is told as a sentence. */
export function partitionsWords(description: string): string {
  const [, cron, zone] = /^(\S+ \S+ \S+ \S+ \S+) \((.+)\)$/.exec(description) ?? [];
  return cron ? `${cronWords(cron)}${zone === "UTC" ? "" : `, ${zone}`}` : description;
}
