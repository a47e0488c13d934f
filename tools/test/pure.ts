/** What holds for every pure test. */
import fc from "fast-check";

// They take moments, yet on a busy machine with two cores a law of many cases does not end in jest's five seconds.
jest.setTimeout(60_000);

// Main takes what passes, so the same values are drawn each time; `SEED=$RANDOM make test-unit` looks further.
fc.configureGlobal({ seed: Number(process.env["SEED"] ?? 1) });
