import {useEffect} from 'preact/hooks';
import {useTexts, type Key} from '../i18n';
import {go} from '../router';
import {ACTIONS, keysOf, onActions, shortcutsOn} from '../shortcuts';
import {useValue, value} from '../store';
import {Dialog} from './Dialog';

// Those of the reply form, which work while one writes.
const WRITING: [string, Key][] = [['Ctrl+Enter', 'key.send'], ['Ctrl+Shift+Enter', 'key.sendNext']];

export const helpShown = value(false);

// The overlay that "?" opens, with the switch that turns the letters off; and the shortcuts that every page has.
export function ShortcutHelp() {
	const t = useTexts();
	const shown = useValue(helpShown);
	const on = useValue(shortcutsOn);
	useEffect(() => onActions({
		help: () => helpShown.set((now) => !now),
		mine: () => go('/?folder=mine'),
		unassigned: () => go('/?folder=unassigned'),
		allOpen: () => go('/?folder=open'),
	}), []);
	if (!shown) return null;
	return (
		<Dialog title={t('shortcuts')} onClose={() => helpShown.set(false)}>
			<dl class="keys">
				{WRITING.map(([keys, text]) => (
					<div key={keys}>
						<dt><span class="key-way"><kbd>{keys}</kbd></span></dt>
						<dd>{t(text)}</dd>
					</div>
				))}
				{ACTIONS.map((action) => (
					<div key={action}>
						<dt>{keysOf(action).map((keys) => <span class="key-way" key={keys}>{keys.split(' ').map((key) => <kbd key={key}>{key}</kbd>)}</span>)}</dt>
						<dd>{t(`key.${action}`)}</dd>
					</div>
				))}
			</dl>
			<label class="check switch"><input type="checkbox" role="switch" checked={on} onChange={(event) => shortcutsOn.set(event.currentTarget.checked)} /> {t('shortcuts.on')}</label>
		</Dialog>
	);
}
