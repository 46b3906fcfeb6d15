// An employee at the API, as a browser would be: a cookie and an Origin.

export class Client {
	constructor(url) {
		this.url = url;
		this.cookie = '';
		this.origin = url;
	}

	// The bare Response. body: JSON value.
	async fetch(path, {method = 'GET', body, headers = {}} = {}) {
		const reply = await fetch(this.url + path, {
			method,
			redirect: 'manual',
			headers: {
				...(this.cookie && {cookie: this.cookie}),
				...(this.origin && {origin: this.origin}),
				...(body !== undefined && {'content-type': 'application/json'}),
				...headers,
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const set = reply.headers.getSetCookie?.() ?? [reply.headers.get('set-cookie')].filter(Boolean);
		if (set.length) this.cookie = set.map((cookie) => cookie.split(';')[0]).join('; ');
		return reply;
	}

	// The answer's JSON; throws on any status but 2xx.
	async json(path, options) {
		const reply = await this.fetch(path, options);
		const text = await reply.text();
		if (!reply.ok) throw new Error(`${options?.method ?? 'GET'} ${path}: ${reply.status} ${text}`);
		return text ? JSON.parse(text) : null;
	}

	get(path) { return this.json(`/api/v1${path}`); }
	post(path, body) { return this.json(`/api/v1${path}`, {method: 'POST', body}); }
	patch(path, body, version) { return this.json(`/api/v1${path}`, {method: 'PATCH', body, headers: version ? {'if-match': `"${version}"`} : {}}); }

	logIn(email, password) { return this.post('/session', {email, password}); }

	// A message's raw mail, as a Buffer.
	async source(id) {
		const reply = await this.fetch(`/api/v1/messages/${id}/source`);
		if (!reply.ok) throw new Error(`source of ${id}: ${reply.status}`);
		return Buffer.from(await reply.arrayBuffer());
	}
}

// A program: a token, no cookie, no Origin.
export class Machine extends Client {
	constructor(url, token) {
		super(url);
		this.origin = '';
		this.token = token;
	}

	fetch(path, options = {}) {
		return super.fetch(path, {...options, headers: {...options.headers, authorization: `Bearer ${this.token}`}});
	}
}
