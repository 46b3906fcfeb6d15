# Belfry. Everything built goes under $(BUILD).
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
CC = gcc
VERSION = 0.1.0

PACKAGES = glib-2.0 gmime-3.0 sqlite3 libwebsockets libsodium jansson libxml-2.0 libexttextcat libzstd libseccomp libcurl openssl
CSTD = -std=gnu17
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wwrite-strings -Wformat=2
OPT ?= -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
LIBCFLAGS := $(subst -I/,-isystem /,$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null))
LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lmilter -lpthread -lm
CPPFLAGS += -I. -D_GNU_SOURCE -DBELFRY_VERSION='"$(VERSION)"' -DBELFRY_SYSCONFDIR='"$(SYSCONFDIR)"' $(LIBCFLAGS)
SYSCONFDIR ?= /etc

# ThreadSanitizer, and what it has to be told of GLib.
TSAN = -O1 -g -fsanitize=thread -fno-omit-frame-pointer
seen = $(if $(findstring -fsanitize=thread,$(OPT)),$(BUILD)/obj/tests/race/seen.o)

rooms = store milter milter/read web
modules = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard $(rooms:%=%/*.c)))
main = $(BUILD)/obj/milter/main.o
generated = $(BUILD)/obj/schema.o $(BUILD)/obj/assets.o $(BUILD)/obj/assets_data.o
library = $(filter-out $(main),$(modules)) $(generated) $(seen)
unit_tests = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
fuzz_targets = $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
ui_sources = $(shell find web/ui -path web/ui/node_modules -prune -o -type f -print)

.PHONY: all
all: $(BUILD)/belfry

ifneq ($(filter all,$(or $(MAKECMDGOALS),all)),)
ifneq ($(shell pkg-config --exists $(PACKAGES) && echo yes),yes)
$(warning libraries are missing; as root, etc/install-deps installs them)
endif
endif

$(BUILD)/belfry: $(main) $(library)
	$(CC) $(CSTD) $(OPT) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(OPT) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# What has ThreadSanitizer: builds that are to have it, and the race programs always.
$(BUILD)/obj/tests/race/seen.o: CFLAGS += -fno-sanitize=thread
$(BUILD)/race/obj/tests/race/seen.o: TSAN = -O1 -g
# What threads share; the rest comes out of the library, unseen.
race_modules = \
	$(addprefix store/,blocked blocked_list capture colleague contact db db_query db_words event gather hold listing log machine mail migrate out secret \
		session setting squeeze token viewer wake words writer) \
	$(addprefix milter/,capture_socket intake own_client read/mime_boundary read/mime_scan routes sockets) \
	$(addprefix web/,backlog event_json hub hub_presence json meter throttle watcher workers)
race_objects = $(race_modules:%=$(BUILD)/race/obj/%.o) $(BUILD)/race/obj/tests/race/seen.o
race_programs = $(if $(findstring =address,$(OPT)),,$(BUILD)/race/known $(patsubst tests/race/race_%.c,$(BUILD)/race/%,$(wildcard tests/race/race_*.c)))
$(BUILD)/race/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(TSAN) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
.SECONDARY: $(race_objects) $(patsubst %.c,$(BUILD)/race/obj/%.o,$(wildcard tests/race/*.c))
$(BUILD)/race/%: $(BUILD)/race/obj/tests/race/race_%.o $(race_objects) $(BUILD)/library.a
	$(CC) $(CSTD) $(TSAN) -o $@ $^ $(LIBS)
$(BUILD)/race/known: $(BUILD)/race/obj/tests/race/known.o $(BUILD)/race/obj/tests/race/seen.o
	$(CC) $(CSTD) $(TSAN) -o $@ $^ $(LIBS)

# The schema's numbered steps, embedded.
$(BUILD)/schema.c: $(sort $(wildcard store/schema/*/*.sql)) store/schema/embed.sh
	@mkdir -p $(@D)
	sh store/schema/embed.sh > $@
$(BUILD)/obj/schema.o: $(BUILD)/schema.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) -Wno-overlength-strings $(OPT) $(CPPFLAGS) -c -o $@ $<

# The UI: bundled by esbuild, hashed, precompressed, embedded.
web/ui/node_modules/.stamp: web/ui/package.json web/ui/package-lock.json
	cd web/ui && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
$(BUILD)/ui/assets.c: web/ui/node_modules/.stamp $(ui_sources)
	node web/ui/build.mjs $(BUILD)/ui
$(BUILD)/ui/assets.S: $(BUILD)/ui/assets.c ;
$(BUILD)/obj/assets.o: $(BUILD)/ui/assets.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(OPT) $(CPPFLAGS) -c -o $@ $<
$(BUILD)/obj/assets_data.o: $(BUILD)/ui/assets.S
	@mkdir -p $(@D)
	$(CC) -c -o $@ $<

$(BUILD)/tests/%: tests/unit/%.c $(library)
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(OPT) $(CPPFLAGS) $(CFLAGS) -MMD -MP -MF $@.d -o $@ $< $(library) $(LIBS)

# A fuzz target, with a main that replays inputs; tests/fuzz/run gives libFuzzer's instead.
FUZZ_MAIN = $(BUILD)/obj/tests/fuzz/replay.o
$(BUILD)/library.a: $(library)
	@rm -f $@
	@ar rcs --thin $@ $^
$(fuzz_targets): $(filter %.o,$(FUZZ_MAIN))
$(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c $(BUILD)/library.a
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(OPT) $(CPPFLAGS) $(CFLAGS) -MMD -MP -MF $@.d -o $@ $< $(FUZZ_MAIN) $(BUILD)/library.a $(LIBS)

# A disk that fails as it is told, to preload under the program.
$(BUILD)/tests/disk.so: tests/faults/disk.c tests/faults/disk.h
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) -O2 -g -D_GNU_SOURCE -I. -fPIC -shared -o $@ $<

# Who has got into a role, to preload under the program.
$(BUILD)/tests/intruder.so: tests/confine/intruder.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) -O2 -g -D_GNU_SOURCE -fPIC -shared -o $@ $<

.PHONY: tests
tests: $(unit_tests) $(fuzz_targets) $(race_programs) $(BUILD)/tests/disk.so $(BUILD)/tests/intruder.so

# A demo shop behind a Postfix of its own, in the foreground: make run [VAR=dir] [HTTP=port] [SMTP=port]
.PHONY: run
run:
	+@exec env BUILD=$(BUILD) VAR="$(VAR)" HTTP="$(HTTP)" SMTP="$(SMTP)" etc/demo

.PHONY: check
check:
	+@BUILD=$(BUILD) tests/check

SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
.PHONY: check-asan
check-asan:
	+@BUILD=build/asan OPT="$(SANITIZE)" tests/check

# Races between threads: the race programs for longer, and the whole of Belfry under ThreadSanitizer, as root. FILES: other tests than these.
FILES ?= $(wildcard tests/unit/test_capture*.c tests/unit/test_writer.c tests/unit/test_watcher.c tests/unit/test_hub.c tests/unit/test_gather.c) \
	$(addprefix tests/e2e/,milter.test.mjs bell.test.mjs capture.test.mjs presence.test.mjs hostile.test.mjs uploads.test.mjs courier.test.mjs courier-faults.test.mjs \
		queue.test.mjs resort.test.mjs)
.PHONY: check-tsan
check-tsan:
	+@BUILD=build/tsan OPT="$(TSAN)" G_SLICE=always-malloc RACE_ROUNDS=20 tests/check tests/race/run $(FILES)

# What strangers send, thought out by libFuzzer: each target for SECONDS, or those named: make fuzz SECONDS=600 TARGET="mime route"
SECONDS = 60
TARGET =
.PHONY: fuzz
fuzz:
	+@tests/fuzz/run $(SECONDS) $(TARGET)

# Real mail of the world, with what is right of it: a table by source and key. FAILS=n, KEY=, SOURCE= show what is wrong.
CORPUS ?= ../shared/corpus
.PHONY: check-corpus
check-corpus: all
	CORPUS="$(CORPUS)" BUILD=$(BUILD) node tests/e2e/corpus.test.mjs

# Replies while roles are killed, the disk runs full and the relay goes away; as root. SEED repeats a run.
ROUNDS ?= 200
.PHONY: soak-answers
soak-answers: all
	unshare -m env BUILD=$(BUILD) node tests/soak/answers.mjs $(ROUNDS) $(SEED)

# All that a shop does, at once, for MINUTES; what every role holds meanwhile in $(BUILD)/soak/mixed.csv and mixed.svg; as root.
MINUTES ?= 60
.PHONY: soak-mixed
soak-mixed: all
	unshare -n sh -c 'ip link set lo up && exec env BUILD=$(BUILD) node tests/soak/mixed.mjs $(MINUTES)'

# Mail, staff and a bell without a pause while everything is killed at random, counted after each round; as root. SEED repeats a run.
.PHONY: soak
soak: ROUNDS = 500
soak: all
	unshare -n sh -c 'ip link set lo up && exec env BUILD=$(BUILD) node tests/soak/killed.mjs $(ROUNDS) $(SEED)'

BENCH_ROUNDS ?= 5
export BENCH_ROUNDS
# How fast replies leave, against smtp-source at the same Postfix; as root. COUNT mails, BENCH_ROUNDS times.
COUNT ?= 10000
.PHONY: bench-answers
bench-answers: all $(BUILD)/tests/fill_outbox
	BUILD=$(BUILD) node tests/bench/answers.mjs $(COUNT) $(BENCH_ROUNDS)

# How fast it all is, beside its peers: a table in $(BUILD)/bench.md; as root. ROW="list bell": only these. BENCH_ROUNDS=n
bench_programs = $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
bench_shared = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/bench/support/*.c))
.SECONDARY: $(bench_shared)
$(BUILD)/bench/%: tests/bench/%.c $(bench_shared) $(BUILD)/library.a
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(OPT) $(CPPFLAGS) $(CFLAGS) -MMD -MP -MF $@.d -o $@ $< $(bench_shared) $(BUILD)/library.a $(LIBS)
ROW =
.PHONY: bench
bench: all $(bench_programs)
	etc/install-deps bench
	unshare -n sh -c 'ip link set lo up && exec env BUILD=$(BUILD) node tests/bench/main.mjs $(ROW)'

sources = $(wildcard $(rooms:%=%/*.c))
headers = $(wildcard $(rooms:%=%/*.h)) $(wildcard tests/*/*.h tests/bench/support/*.h)
linted = $(sources) $(wildcard tests/unit/*.c tests/confine/*.c tests/fuzz/*.c tests/powercut/*.c tests/race/*.c tests/bench/*.c tests/bench/support/*.c)
scripts = .ci/run etc/demo etc/demo-postfix etc/install-deps tests/check tests/fuzz/replay tests/fuzz/run tests/layers.sh tests/race/run store/schema/embed.sh
# Members left out of an initialiser are zero, as C says; what is only made to be freed (g_autofree) is used: clang alone minds.
LINT_FLAGS = $(CSTD) $(WARN) -Wno-format-nonliteral -Wno-missing-field-initializers -Wno-unused-variable $(CPPFLAGS)
$(BUILD)/lint/%.tidy: %.c $(headers) .clang-tidy tests/.clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- $(LINT_FLAGS)
	@touch $@
# What is not looked at, and why, stands in tests/cppcheck.
.PHONY: cppcheck
cppcheck:
	@mkdir -p $(BUILD)/lint/cppcheck
	cppcheck --quiet --error-exitcode=1 -j2 --cppcheck-build-dir=$(BUILD)/lint/cppcheck --std=c11 --library=gtk --inline-suppr \
		--enable=warning,style,performance,portability --suppressions-list=tests/cppcheck -I. -D_GNU_SOURCE \
		-DBELFRY_VERSION='""' -DBELFRY_SYSCONFDIR='""' $(rooms) $(sort $(dir $(filter tests/%,$(linted))))
# make -j2 lint: clang-tidy and cppcheck, two files at a time.
.PHONY: lint
lint: cppcheck $(linted:%.c=$(BUILD)/lint/%.tidy) web/ui/node_modules/.stamp
	tests/layers.sh
	if command -v shellcheck >/dev/null; then shellcheck $(scripts); else echo "SKIP shellcheck: not installed"; fi
	cd web/ui && node_modules/.bin/tsc --noEmit

# Under DESTDIR, for packagers, or straight into the system; a belfry.conf that is there stays.
examples = $(DESTDIR)$(PREFIX)/share/doc/belfry/examples
units = $(DESTDIR)$(PREFIX)/lib/systemd/system
man = $(DESTDIR)$(PREFIX)/share/man
config = $(DESTDIR)$(SYSCONFDIR)/belfry/belfry.conf
.PHONY: install
install: all
	install -D -m 755 $(BUILD)/belfry $(DESTDIR)$(PREFIX)/bin/belfry
	install -D -m 644 -t $(man)/man1 etc/man/*.1
	install -D -m 644 -t $(man)/man5 etc/man/*.5
	install -D -m 644 -t $(man)/man8 etc/man/*.8
	install -D -m 644 -t $(examples) etc/belfry.conf
	install -D -m 644 -t $(examples)/postfix etc/postfix/*.cf
	install -D -m 644 -t $(examples)/sendmail etc/sendmail/*.mc
	install -D -m 644 -t $(examples)/nginx etc/nginx/*.conf
	install -D -m 644 -t $(units) etc/systemd/*.service
	sed -i 's,@PREFIX@,$(PREFIX),; s,@SYSCONFDIR@,$(SYSCONFDIR),' $(units)/belfry*.service
	install -D -m 644 etc/systemd/sysusers.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/belfry.conf
	install -D -m 644 etc/systemd/tmpfiles.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/belfry.conf
	test -e $(config) || install -D -m 644 etc/belfry.conf $(config)

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
