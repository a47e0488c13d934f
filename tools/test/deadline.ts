/** Pure tests take moments, yet on a busy machine with two cores a law of many cases does not end in jest's five seconds. */
jest.setTimeout(60_000);
