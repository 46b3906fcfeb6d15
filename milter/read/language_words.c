#include "milter/read/language_words.h"

#include <stdbool.h>
#include <string.h>

#define WORD_BYTES 24 /* none of the lists has a longer one */

/* What neighbours share stands in both lists and decides nothing; what only one of them has does. Without accents, too, as people
 * type on phones. */
static const struct {const char *code, *words;} lists[] = {
	{"en", "the and is are was were i you your my it to of in that this have has not for with on but can could would please what when "
		"where will from been do does at be me we our there"},
	{"fr", "le la les des du une un et est je vous votre mon ma pas ne que qui pour dans avec sur ce cette j'ai c'est n'ai il nous mais "
		"par sont être été etre ete avez merci bonjour où quand comment à plus de au aux si se son sa ses cet ces peut comme leur "
		"tout on y l' d' qu' n' s' j' c' m'"},
	{"nl", "de het een en is ik u uw mijn niet van te dat die voor met op er maar kan kunt heb hebben heeft nog wel naar bij aan zijn "
		"was wij jullie graag bedankt waar wanneer hoe ook als geen om"},
	{"pl", "i w z na nie się sie jest to do że ze mi mam mnie czy jak ale o od po za proszę prosze dziękuję dziekuje dzień dzien dobry "
		"mój moja moje już juz tylko był było byla bylo przez gdzie kiedy państwo jeszcze co tego"},
	{"de", "der die das und ist ich sie ihr ihre mein meine nicht ein eine den dem des zu mit von für fuer auf es aber noch kann können "
		"haben habe hat wo wann wie auch bitte danke dass nichts war wird bei im am wir mir"},
	{"es", "el la los las de y es que en un una no mi su por para con se lo le me pero está esta he han ha cuándo dónde cómo gracias "
		"hola muy del al ya ustedes pedido todavía todavia si o ser este puede más mas"},
	{"it", "il la lo gli le di e è che un una non mi mio mia per con del della dei al alla sono ho ha ma si ci come dove quando grazie "
		"buongiorno anche più questo ancora nel vostro l' un' dell' all' dall' nell' c' d' se essere può puo viene"},
	{"pt", "o a os as de e é que em um uma não nao meu minha por para com do da no na se me mas foi está eu você voce vocês obrigado "
		"obrigada olá quando onde como ainda já ja já muito ao mais tem si ou ser este pode à às esta"},
	{"cs", "a v je se na že ze s z do si to jsem jste byl byla bylo není ale jak kde kdy prosím prosim děkuji dekuji dobrý den můj moje "
		"mi mě už jen který která které pro ještě jeste ne nebo od při ho asi jsou pokud zda být může mohu tento této ve co pouze aby "
		"po"},
	{"sk", "a v je sa na že s z do si to som ste bol bola bolo nie ale ako kde kedy prosím dakujem ďakujem dobrý deň môj moja moje mi už "
		"len ktorý ktorá ktorú pre ešte alebo od pri ho aj tam čo keď môžem mám sú ak či byť môže mohu tento tejto tohto zo vo iba "
		"aby ktoré by po pod cez"},
	{"hu", "a az és es nem hogy egy is van volt de csak meg már mar még meg nekem kérem kerem köszönöm koszonom jó napot ez azt mint ha "
		"vagy hol mikor nincs én sem rendelés minden ahogy"},
	{"ro", "și si de la în in nu este e un o care pe cu din mai am ați mi-a că ca să sa pentru vă va rog mulțumesc multumesc bună buna "
		"ziua unde când cand este a fost comanda dar al ale le sau dacă daca lui i-am într-un acest"},
	{"sl", "je in na se za da v ne sem ste bil bila bilo ni pa ki z s še že kje kdaj hvala prosim moj moja moje lahko tudi kako ali jih "
		"ga po pri vam naročilo pozdravljeni sva smo samo kaj so če vse kar to ta pred kot iz do bo brez ko ter tega bi"},
	{"hr", "je i na se za da u ne sam ste bio bila bilo nije ali koji koja koju s još gdje kada hvala molim moj moja moje mogu li što "
		"kako ili ih ga po pri vam narudžba tko prije samo bi dobar dan su nisam koje ako biti može svih ovo ovaj ima kao iz do će "
		"bez te"},
	{"sv", "och är jag det att en ett inte på som för med har den till av men kan ni er min mitt mina var när hur tack hej från om så "
		"också vill de skulle ar pa for fran nagon"},
	{"da", "og er jeg det at en et ikke på som for med har den til af men kan i jeres min mit mine hvor hvornår hvordan tak hej fra om "
		"så også vil de skulle blev efter noget ud mere kun nogen selv gerne meget ved mig dig sig hvad være været havde må nu end "
		"længere alligevel igen ingen desværre uden også blive bliver op ind mellem gennem bruge bruges eller dette hvis først kunne "
		"sprog frem"},
	{"nb", "og er jeg det å en et ikke på som for med har den til av men kan dere deres min mitt mine hvor når hvordan takk hei fra om "
		"så også vil de skulle ble etter noe ut mer bare noen selv gjerne veldig nå ennå enn sin fortsatt heller meg deg seg hva være "
		"vært hadde må lenger likevel igjen ingen dessverre uten også endre siden bli blir opp inn mellom gjennom bruke brukes eller "
		"dette hvis først språk fram"},
	{"fi", "ja on ei se että en olen oli mutta kun jos voi voisitteko missä miten kiitos hei vielä mikä tämä ole minun ovat kuin niin "
		"myös nyt tilaus sitä ettei eikä joka tai kaikki"},
	{"et", "ja on ei see et ma mul oli aga kui kas kus millal kuidas tere tänan palun veel minu mis olen te teie ka või seda ole nüüd "
		"tellimus kuid"},
	{"lv", "un ir ne es ka par ar no uz bet vai kad kur kā lūdzu paldies labdien mans mana vēl jau nav jūs to tas tikai pasūtījums man "
		"bija"},
	{"lt", "ir yra ne aš kad su iš į bet ar kada kur kaip prašau ačiū laba diena mano dar jau nėra jūs tai tik užsakymas man buvo už ko "
		"jei šis kuris nuo iki"},
	{"tr", "ve bir bu da de için icin ile ne nasıl nasil nerede değil degil çok cok ama var yok mi mı lütfen lutfen teşekkür tesekkur "
		"merhaba sipariş ben benim daha olarak kadar henüz sadece hâlâ hala en o"},
	{"ca", "el la els les de i és que en un una no meu meva per amb del al ho em però està he ha quan on com gràcies hola molt encara ja "
		"vostè bon dia aquest l' d' s' n' m' si o més mes aquesta són pot fer cal us"},
	{"sq", "dhe është nuk në një që për me të i e por ku kur si faleminderit përshëndetje porosia im ime unë ju nga ende jam kam"},
	{"id", "yang dan di ke saya tidak ini itu dengan untuk dari ada sudah belum bisa apa kapan bagaimana terima kasih pesanan anda akan "
		"pada barang karena"},
	{"vi", "và là của tôi không có được cho với này đã chưa khi nào cảm ơn đơn hàng xin vui lòng bạn nhưng ở một những các"},
	{"ru", "и в не на я что с как это но у по из за мне мой моя вы вас где когда спасибо здравствуйте пожалуйста ещё еще был была было "
		"он она уже если или можно для от до так который эта этот нет"},
	{"uk", "і в не на я що з як це але у по із за мені мій моя ви вас де коли дякую добрий день будь ласка ще був була було він вона вже "
		"якщо або можна для від до та й її які який цей ця"},
	{"bg", "и в не на аз че с как това но у по от за ми моя вие къде кога благодаря здравейте моля още беше са се е да ще съм ли или за "
		"до той тя ни"},
	{"sr", "и у не на ја да са како то али по из за ми мој моја ви где када хвала молим поздрав још је био била било се су ли или за до "
		"сам нисам није"},
	{"el", "και το η ο είναι να δεν την τον στο στη με για από που μου σας θα τα οι αλλά πού πότε ευχαριστώ καλημέρα παρακαλώ ακόμα έχει "
		"έχω"},
};

static GHashTable *words; /* word → bits of the lists it stands on; made once, read only after */

void
language_words_init(void)
{
	G_STATIC_ASSERT(G_N_ELEMENTS(lists) <= LANGUAGE_HITS_MAX);
	if (words)
		return;
	words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_auto(GStrv) list = g_strsplit(lists[i].words, " ", -1);
		for (gsize k = 0; list[k]; k++) {
			guint64 *bits = g_hash_table_lookup(words, list[k]);
			if (!bits)
				g_hash_table_insert(words, g_strdup(list[k]), bits = g_new0(guint64, 1));
			*bits |= 1ull << i;
		}
	}
}

static guint64
bits_of(const char *word)
{
	const guint64 *bits = g_hash_table_lookup(words, word);
	return bits ? *bits : 0;
}

static bool
is_ascii(const char *word, gsize length)
{
	guint8 all = 0;
	for (gsize i = 0; i < length; i++)
		all |= (guint8)word[i];
	return all < 0x80;
}

/* Which lists know WORD, or what is elided before it: "l'adresse" counts as "l'". */
static guint64
bits_find(const char *word, gsize length)
{
	if (length > WORD_BYTES)
		return 0;
	g_autofree char *lower = is_ascii(word, length) ? g_ascii_strdown(word, length) : g_utf8_strdown(word, length);
	guint64 bits = bits_of(lower);
	char *apostrophe = strchr(lower, '\'');
	if (bits || !apostrophe)
		return bits;
	apostrophe[1] = '\0';
	return bits_of(lower);
}

static int
by_hits(const void *a, const void *b)
{
	const struct language_hits *first = a, *second = b;
	return (first->hits < second->hits) - (first->hits > second->hits);
}

guint
language_words_count(const char *text, struct language_hits *hits)
{
	guint count = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		hits[i] = (struct language_hits){.code = lists[i].code};
	for (const char *p = text + strspn(text, " "); words && *p; p += strspn(p, " ")) {
		gsize length = strcspn(p, " ");
		for (guint64 bits = bits_find(p, length); bits; bits &= bits - 1)
			hits[__builtin_ctzll(bits)].hits++;
		p += length;
	}
	qsort(hits, G_N_ELEMENTS(lists), sizeof *hits, by_hits);
	while (count < G_N_ELEMENTS(lists) && hits[count].hits > 0)
		count++;
	return count;
}
