/** What can go wrong between the page and its server, in words, and whether it passes by itself. */

/** An answer that did not come. */
export class Trouble extends Error {
  /**
   * @param {string} sentence for people
   * @param {number | null} seconds after which it is worth asking again; null where that would change nothing
   */
  constructor(sentence, seconds) {
    super(sentence);
    this.seconds = seconds;
  }
}

const AGAIN = "This page tries again by itself.";

/** Seconds until a server that does not answer is asked again, and one that is busy. */
const PAUSE = 2;

/** No answer at all. @param {Error} error of fetch */
export function silence(error) {
  return error.name === "TimeoutError"
    ? new Trouble(`The server takes very long. ${AGAIN}`, PAUSE)
    : new Trouble(`The server does not answer: it was stopped, or the network is gone. ${AGAIN}`, PAUSE);
}

/** Whatever else goes wrong on the way, as in a browser that makes no pictures. @param {unknown} error */
export function failure(error) {
  if (error instanceof Trouble) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new Trouble(because("This page failed, and loading it again may help", said), null);
}

/**
 * An answer that is a refusal.
 * @param {Response} answer
 * @param {unknown} reason as the server gives it
 */
export function refusal(answer, reason) {
  const said = typeof reason === "string" ? reason : "";
  switch (answer.status) {
    case 413:
      return new Trouble(because("This is too large for the server", said), null);
    case 415:
      return new Trouble(because("The server does not read files of this kind", said), null);
    case 422:
      return new Trouble(because("This picture cannot be read", said), null);
    case 429:
    case 503:
      return new Trouble(`The server is busy. ${AGAIN}`, Number(answer.headers.get("Retry-After")) || PAUSE);
    case 504:
      return new Trouble("The server ran out of time over this. A smaller picture, or less on it, takes less.", null);
    default:
      return new Trouble(because(`The server did not read this (status ${answer.status})`, said), null);
  }
}

/** @param {string} what @param {string} reason a sentence, as errors are: without a full stop */
function because(what, reason) {
  return `${reason ? `${what}: ${reason}` : what}.`.replace(/\.\.$/, ".");
}
