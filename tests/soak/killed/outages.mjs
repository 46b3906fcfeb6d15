// When what was not there, and which failed attempts that excuses. A milter that dies takes the sessions with it that are open then;
// those opened later wait for the next one, as its socket lives on. Only without the supervisor, or without Postfix, nobody listens.

export class Outages {
	#all = [];

	// Of WHAT (milter, whole, postfix) from now on; returns the function that says that it is over.
	begin(what) {
		const outage = {what, from: Date.now(), to: Infinity};
		this.#all.push(outage);
		return () => { outage.to = Date.now(); };
	}

	// Whether a session that lived from OPENED to ENDED may have failed.
	excuses({opened, ended}) {
		return this.#all.some(({what, from, to}) => (opened <= from && from <= ended) || (what !== 'milter' && opened >= from && opened <= to));
	}

	// Whether one that was opened then had to wait for a milter.
	makesWait(opened) {
		return this.#all.some(({what, from, to}) => what === 'milter' && opened > from && opened <= to);
	}

	forget() {
		this.#all = [];
	}
}
