# Belfry. Everything built goes under $(BUILD).
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
CC = gcc
VERSION = 0.1.0

PACKAGES = glib-2.0 gmime-3.0 sqlite3 libwebsockets libsodium jansson libxml-2.0 libexttextcat libzstd libseccomp
CSTD = -std=gnu17
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wwrite-strings -Wformat=2
OPT ?= -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
LIBCFLAGS := $(subst -I/,-isystem /,$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null))
LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lmilter -lpthread -lm
CPPFLAGS += -I. -D_GNU_SOURCE -DBELFRY_VERSION='"$(VERSION)"' -DBELFRY_SYSCONFDIR='"$(SYSCONFDIR)"' $(LIBCFLAGS)
SYSCONFDIR ?= /etc

modules = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard store/*.c milter/*.c web/*.c))
main = $(BUILD)/obj/milter/main.o
generated = $(BUILD)/obj/schema.o $(BUILD)/obj/assets.o $(BUILD)/obj/assets_data.o
library = $(filter-out $(main),$(modules)) $(generated)
unit_tests = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
ui_sources = $(shell find web/ui -path web/ui/node_modules -prune -o -type f -print)

.PHONY: all
all: $(BUILD)/belfry

$(BUILD)/belfry: $(main) $(library)
	$(CC) $(CSTD) $(OPT) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(OPT) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The schema's numbered steps, embedded.
$(BUILD)/schema.c: $(sort $(wildcard store/schema/*/*.sql)) store/schema/embed.sh
	@mkdir -p $(@D)
	sh store/schema/embed.sh > $@
$(BUILD)/obj/schema.o: $(BUILD)/schema.c
	@mkdir -p $(@D)
	$(CC) $(CSTD) $(WARN) $(OPT) $(CPPFLAGS) -c -o $@ $<

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

.PHONY: tests
tests: $(unit_tests)

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
