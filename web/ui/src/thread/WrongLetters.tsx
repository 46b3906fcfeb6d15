// "Wrong letters?": a message's mail is read again, in a charset that somebody chooses; one that could not be read is simply tried again. The bell
// tells when it is done.
import {useEffect, useId, useState} from 'preact/hooks';
import {messages} from '../api';
import {onEvents} from '../bell';
import {fail, mayAct} from '../hooks';
import {has, useTexts, type Key} from '../i18n';
import {Dialog} from '../parts/Dialog';
import {Icon} from '../parts/icons';
import type {Charset, Message} from '../types';

// Mail of ours that left says what we wrote.
export function mayReread(message: Message): boolean {
	return mayAct() && message.kind !== 'note' && message.envelope !== null && !message.delivery;
}

export function WrongLetters({message}: {message: Message}) {
	const t = useTexts();
	const [open, setOpen] = useState(false);
	const [asked, setAsked] = useState(false);
	useEffect(() => onEvents((frames) => {
		if (frames.some((frame) => !frame || (frame.kind === 'reread' && frame.message === message.id))) setAsked(false);
	}), [message.id]);
	async function read(charset?: string | null) {
		setOpen(false);
		setAsked(true);
		try {
			await messages.reread(message.id, charset);
		} catch (problem) {
			setAsked(false);
			fail(problem);
		}
	}
	const reading = asked || message.rereading;
	const lost = message.state === 'unreadable';
	return (
		<>
			<button type="button" class="btn btn-plain" disabled={reading} onClick={() => (lost ? void read() : setOpen(true))}>
				<Icon name="restore" />{t(reading ? 'charset.reading' : lost ? 'charset.read' : 'charset.wrong')}
			</button>
			<span class="visually-hidden" role="status">{reading ? t('charset.reading') : ''}</span>
			{open && <Choice now={message.charset} onClose={() => setOpen(false)} onChoose={(charset) => void read(charset)} />}
		</>
	);
}

function Choice({now, onClose, onChoose}: {now: string | null; onClose: () => void; onChoose: (charset: string | null) => void}) {
	const t = useTexts();
	const id = useId();
	const [charset, setCharset] = useState(now ?? '');
	const [all, setAll] = useState<Charset[]>([]);
	useEffect(() => void messages.charsets().then(setAll, fail), []);
	const groups = [...new Set(all.map(({group}) => group))];
	return (
		<Dialog title={t('charset.wrong')} onClose={onClose} footer={
			<>
				<button type="button" class="btn btn-quiet" onClick={onClose}>{t('cancel')}</button>
				<button type="button" class="btn btn-primary" onClick={() => onChoose(charset || null)}>{t('charset.read')}</button>
			</>
		}>
			<div class="field">
				<label class="form-label" for={id}>{t('charset')}</label>
				<select id={id} class="form-select" autofocus value={charset} aria-describedby={`${id}-help`} onChange={(event) => setCharset(event.currentTarget.value)}>
					<option value="">{t('charset.none')}</option>
					{groups.map((group) => (
						<optgroup key={group} label={nameOf(group, t)}>
							{all.filter((each) => each.group === group).map(({name}) => <option key={name} value={name}>{name}</option>)}
						</optgroup>
					))}
				</select>
				<p id={`${id}-help`} class="muted">{t('charset.help')}</p>
			</div>
		</Dialog>
	);
}

function nameOf(group: string, t: (key: Key) => string): string {
	const key = `charset.${group}`;
	return has(key) ? t(key) : group;
}
