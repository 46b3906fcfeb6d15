import {useEffect, useMemo, useState} from 'preact/hooks';
import {messages} from '../api';
import {fold, linkify, thinMarks, type Piece} from '../fold';
import {explain, useSlow} from '../hooks';
import {useTexts} from '../i18n';
import {hasMarks, markParts, useSearched} from '../marks';
import {Icon} from '../parts/icons';
import {Marked} from '../parts/Marked';
import {isDark, theme} from '../theme';
import {useValue} from '../store';
import type {Message} from '../types';
import {HtmlFrame} from './HtmlFrame';

export type Tab = 'html' | 'text' | 'source' | 'headers';

export function MessageBody({message, tab}: {message: Message; tab: Tab}) {
	switch (tab) {
	case 'html': return <Html message={message} />;
	case 'source': return <Source message={message} />;
	case 'headers': return <Source message={message} headers />;
	default: return <Text message={message} />;
	}
}

// Something asked for when it is first looked at.
function useFetched<T>(ask: () => Promise<T>, of: unknown): {got: T | null; error: string} {
	const [got, setGot] = useState<T | null>(null);
	const [error, setError] = useState('');
	useEffect(() => {
		let here = true;
		ask().then((answer) => here && setGot(() => answer), (problem) => here && setError(explain(problem)));
		return () => { here = false; };
	}, [of]);
	return {got, error};
}

function Waiting({error}: {error: string}) {
	const t = useTexts();
	const slow = useSlow(!error);
	return <p class="muted waiting" role={error ? 'alert' : undefined}>{error || (slow ? t('loading') : '')}</p>;
}

function Html({message}: {message: Message}) {
	useValue(theme);
	const {got, error} = useFetched(() => messages.body(message.id, 'html'), `${message.id} ${message.charset} ${message.text}`);
	if (got === null) return <Waiting error={error} />;
	return <HtmlFrame key={got} message={message} html={got} dark={isDark()} />; // read again: another frame
}

function Source({message, headers = false}: {message: Message; headers?: boolean}) {
	const t = useTexts();
	const {got, error} = useFetched(() => messages.source(message.id), message.id);
	if (!got) return <Waiting error={error} />;
	const text = headers ? got.text.split(/\r?\n\r?\n/, 1)[0] ?? '' : got.text;
	return (
		<>
			<pre class="source" tabIndex={0} aria-label={t(headers ? 'tab.headers' : 'tab.source')}>{text.replace(/\r\n/g, '\n')}</pre>
			{!got.whole && !headers && <p class="muted">{t('source.cut')}</p>}
		</>
	);
}

// Empty lines before and after say nothing; those within do.
function withoutBlankEdges(text: string): string {
	return text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}

function Text({message}: {message: Message}) {
	const t = useTexts();
	const [whole, setWhole] = useState<string | null>(null);
	const [error, setError] = useState('');
	const text = useMemo(() => withoutBlankEdges(thinMarks(whole ?? message.text)), [whole, message.text]);
	const pieces = useMemo(() => fold(text, thinMarks(message.reply)), [text, message.reply]);
	return (
		<>
			{message.state === 'unreadable' && <p class="banner banner-warn"><Icon name="warn" />{t('message.unreadable')}{message.note && ` (${message.note})`}</p>}
			{message.state === 'partial' && <p class="banner"><Icon name="warn" />{t('message.partial')}{message.note && ` (${message.note})`}</p>}
			{!text.trim() && message.state !== 'unreadable' && <p class="muted">{t('message.empty')}</p>}
			<div class="text" lang={message.language || undefined}>{pieces.map((piece, at) => <Part key={at} piece={piece} />)}</div>
			{message.text_more && whole === null && (
				<button type="button" class="btn btn-quiet btn-sm" onClick={() => messages.body(message.id, 'text').then(setWhole, (problem) => setError(explain(problem)))}>{t('message.whole')}</button>
			)}
			{error && <p class="muted" role="alert">{error}</p>}
		</>
	);
}

function Part({piece}: {piece: Piece}) {
	const t = useTexts();
	const q = useSearched();
	const [shown, setShown] = useState(() => piece.folded && hasMarks(piece.text, q));
	if (!piece.folded) return <Linked text={piece.text} />;
	return (
		<>
			<button type="button" class="quote-toggle" aria-expanded={shown} onClick={() => setShown(!shown)}>… {t(shown ? 'quote.hide' : 'quote.show')}</button>
			{shown && <div class="quote"><Linked text={piece.text} /></div>}
		</>
	);
}

function Linked({text}: {text: string}) {
	const q = useSearched();
	const spans = useMemo(() => linkify(text).map((span) => ({href: span.href, parts: markParts(span.text, q)})), [text, q]);
	return <>{spans.map(({href, parts}, at) => (href ? <a key={at} href={href} target="_blank" rel="noopener noreferrer"><Marked parts={parts} /></a> : <Marked key={at} parts={parts} />))}</>;
}
