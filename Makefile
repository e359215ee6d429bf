# Fieldtill: the whole build. `make help` says what there is to ask for.
#
# The table below is the architecture: each folder is compiled with the include paths of exactly
# the folders that it may see, so a header that isn't in the table isn't found.

O ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
VERSION := 0.1.0

# ---- who sees whom -----------------------------------------------------------------------------
# folder        its sources                          the folders whose headers it sees
dir_core     := src/core
sees_core    :=
dir_crypto   := src/crypto
sees_crypto  := core
dir_hal      := hal hal/linux hal/sim hal/wrap
sees_hal     := core
dir_db       := db
sees_db      := core
dir_printing := printing
sees_printing := core
dir_wire     := src/wire
sees_wire    := core
dir_sync     := src/sync
sees_sync    := core crypto wire
dir_terminal := src/terminal src/terminal/ui src/terminal/flows
sees_terminal := core crypto wire hal db printing
dir_host     := src/host
sees_host    := core crypto wire db printing
dir_tools    := src/tools src/tools/panel src/tools/fleet
sees_tools   := core crypto wire hal db printing sync terminal host
dir_support  := tests/support
sees_support := core crypto wire hal db printing sync terminal host tools
dir_bench    := tests/bench/common
sees_bench   := support $(sees_support)

folders := core crypto hal db printing wire sync terminal host tools support bench

# Third-party libraries, by the one folder that includes their headers (libevent, Pango with Cairo
# and OpenSSL's TLS apart; docs/dependencies.md says why each is here).
pkg_crypto-openssl := libcrypto
pkg_hal      := inih libpcsclite
# Headers alone: the kernel's structs, of which nothing is linked.
headers_hal  := libdrm
headers_db   := libpq
headers_support := libdrm libpq
pkg_db       := sqlite3
pkg_printing := libqrencode pangocairo
pkg_wire     := libcjson libzstd
pkg_sync     := libcurl libevent openssl
pkg_terminal := pangocairo libevent
pkg_host     := libevent libevent_openssl libevent_pthreads openssl
pkg_tools    := libevent pangocairo
pkg_support  := cmocka
pkg_bench    := libevent sqlite3 pangocairo
# mbedTLS 2.28 has no pkg-config files.
ldlibs_crypto-mbedtls := -lmbedx509 -lmbedcrypto
ldlibs_terminal := -lm
# Only what opens the host's store links PostgreSQL's client.
ldlibs_db := -Wl,--push-state,--as-needed -lpq -Wl,--pop-state

# ---- programs: their libraries in link order -----------------------------------------------------
device := terminal printing db hal wire crypto-mbedtls core
programs := fieldtill fieldtill-sync fieldtill-host fieldtill-verify fieldtill-demo fieldtill-panel \
            fieldtill-fleet
main_fieldtill        := src/terminal/fieldtill.c
libs_fieldtill        := $(device)
main_fieldtill-sync   := src/sync/fieldtill-sync.c
libs_fieldtill-sync   := sync wire crypto-mbedtls core
main_fieldtill-host   := src/host/fieldtill-host.c
libs_fieldtill-host   := host printing db wire crypto-openssl core
main_fieldtill-verify := src/tools/fieldtill-verify.c
libs_fieldtill-verify := tools printing db hal wire crypto-openssl core
main_fieldtill-demo   := src/tools/fieldtill-demo.c
libs_fieldtill-demo   := tools db wire crypto-openssl core
main_fieldtill-panel  := src/tools/fieldtill-panel.c
libs_fieldtill-panel  := tools printing hal db core
main_fieldtill-fleet  := src/tools/fieldtill-fleet.c
libs_fieldtill-fleet  := tools sync wire crypto-openssl core

# ---- compiling -----------------------------------------------------------------------------------
warnings := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla -Wstrict-prototypes \
            -Wmissing-prototypes -Wundef -Werror
CFLAGS ?= -O2 -g
# V=1 shows whole commands.
Q := $(if $(V),,@)
say := @echo " "
# Assertions stay on in release: nothing here defines NDEBUG.
base_cflags := -std=c11 -D_GNU_SOURCE -DFIELDTILL_VERSION='"$(VERSION)"' $(warnings) \
               -fstack-protector-strong -fno-common
base_ldflags :=
ifeq ($(SAN),1)
base_cflags += -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
base_ldflags += -fsanitize=address,undefined
else
base_cflags += -D_FORTIFY_SOURCE=2
endif

cached-pkg = $(if $(1),$(shell pkg-config $(2) $(1) 2>/dev/null))
include-paths = $(foreach f,$(1),$(foreach d,$(dir_$(f)),-iquote $(d))) -iquote $(O)/gen/$(firstword $(1))

sources = $(filter-out $(foreach d,$(dir_$(1)),$(wildcard $(d)/fieldtill*.c)),$(foreach d,$(dir_$(1)),$(wildcard $(d)/*.c)))

# $(1) library, $(2) folder, $(3) sources
define library
objects_$(1) := $(patsubst %.c,$(O)/obj/$(1)/%.o,$(3))
cflags_$(1) := $$(call include-paths,$(2) $(sees_$(2))) $$(call cached-pkg,$$(pkg_$(2)) $$(pkg_$(1)) $$(headers_$(1)),--cflags)
ldlibs_$(1) := $$(ldlibs_$(1)) $$(call cached-pkg,$$(pkg_$(2)) $$(pkg_$(1)),--libs)
$(O)/obj/$(1)/%.o: %.c Makefile
	$$(say) CC $$<
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(base_cflags) $$(CFLAGS) $$(cflags_$(1)) -MMD -MP -c $$< -o $$@
$(O)/lib/lib$(1).a: $$(objects_$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(Q)ar rcs $$@ $$(objects_$(1))
-include $$(objects_$(1):.o=.d)
endef

$(foreach f,$(filter-out crypto,$(folders)),$(eval $(call library,$(f),$(f),$(call sources,$(f)))))
$(eval $(call library,crypto-mbedtls,crypto,$(wildcard src/crypto/*.c src/crypto/mbedtls/*.c)))
$(eval $(call library,crypto-openssl,crypto,$(wildcard src/crypto/*.c src/crypto/openssl/*.c)))

# SQL is written in .sql files and compiled in.
$(O)/gen/db/sql.h: $(wildcard db/schema/*.sql) db/embed.awk
	@mkdir -p $(@D)
	$(Q)awk -f db/embed.awk $(sort $(wildcard db/schema/*.sql)) > $@.new && mv $@.new $@
$(objects_db): $(O)/gen/db/sql.h

# Printer profiles are written in .conf files and compiled in.
$(O)/gen/printing/profile_table.h: $(wildcard printing/profiles/*.conf) printing/profiles.awk
	@mkdir -p $(@D)
	$(Q)awk -f printing/profiles.awk $(sort $(wildcard printing/profiles/*.conf)) > $@.new && mv $@.new $@
$(objects_printing): $(O)/gen/printing/profile_table.h

# The dictionaries that batches are packed with are files, too; newest last.
dictionaries := $(sort $(wildcard src/wire/dictionary/*.zdict))
$(O)/gen/wire/dictionary_table.h: $(dictionaries) src/wire/dictionary/embed.sh
	@mkdir -p $(@D)
	$(Q)sh src/wire/dictionary/embed.sh $(dictionaries) > $@.new && mv $@.new $@
$(objects_wire): $(O)/gen/wire/dictionary_table.h

archives = $(foreach l,$(1),$(O)/lib/lib$(l).a)
ldlibs-of = $(foreach l,$(1),$(ldlibs_$(l)))

define program
$(O)/bin/$(1): $(main_$(1)) $(call archives,$(libs_$(1))) Makefile
	@mkdir -p $$(@D)
	$$(say) LD $$@
	$$(Q)$$(CC) $$(base_cflags) $$(CFLAGS) $$(cflags_$(firstword $(libs_$(1)))) -MMD -MP -MF $(O)/obj/$(1).d \
	    $$< -o $$@ $$(base_ldflags) $$(LDFLAGS) $(call archives,$(libs_$(1))) $$(call ldlibs-of,$(libs_$(1)))
-include $(O)/obj/$(1).d
endef
$(foreach p,$(programs),$(eval $(call program,$(p))))

all: programs locale
programs: $(foreach p,$(programs),$(if $(wildcard $(main_$(p))),$(O)/bin/$(p)))

# ---- languages -----------------------------------------------------------------------------------
languages := zh_CN en
locale: $(foreach l,$(languages),$(O)/locale/$(l)/LC_MESSAGES/fieldtill.mo)
$(O)/locale/%/LC_MESSAGES/fieldtill.mo: po/%.po
	@mkdir -p $(@D)
	$(Q)msgfmt --check -o $@ $<

other_pages := $(patsubst packaging/man/%.in,%,$(filter-out %-host.8.in,$(wildcard packaging/man/*.in)))
man: $(O)/man/fieldtill-host.8 $(addprefix $(O)/man/,$(other_pages)) ## the manual pages; the host's out of its own help
$(addprefix $(O)/man/,$(other_pages)): $(O)/man/%: packaging/man/%.in
	@mkdir -p $(@D)
	$(Q)sed 's/@VERSION@/$(VERSION)/' $< > $@
$(O)/man/fieldtill-host.8: $(O)/bin/fieldtill-host packaging/man/fieldtill-host.8.in packaging/man/help.awk
	@mkdir -p $(@D)
	$(Q)$< --language en --help | awk -v version=$(VERSION) -v template=packaging/man/fieldtill-host.8.in \
	    -f packaging/man/help.awk > $@

# ---- installing ----------------------------------------------------------------------------------
PREFIX ?= /usr/local
DESTDIR ?=
units := $(wildcard packaging/systemd/*.service packaging/systemd/*.timer)

install: install-host install-terminal ## both sides, below DESTDIR and PREFIX (install-host, install-terminal: one)

install-common: all
	install -d $(DESTDIR)$(PREFIX)/bin
	set -e; for l in $(languages); do install -Dm644 $(O)/locale/$$l/LC_MESSAGES/fieldtill.mo \
	    $(DESTDIR)$(PREFIX)/share/locale/$$l/LC_MESSAGES/fieldtill.mo; done

install-host: install-common man
	install -m755 $(addprefix $(O)/bin/,fieldtill-host fieldtill-verify fieldtill-fleet) $(DESTDIR)$(PREFIX)/bin
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/man/man8 $(O)/man/fieldtill-host.8
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/man/man1 $(O)/man/fieldtill-verify.1 $(O)/man/fieldtill-fleet.1
	install -Dm644 -t $(DESTDIR)$(PREFIX)/lib/sysusers.d packaging/sysusers.d/fieldtill-host.conf
	install -Dm644 -t $(DESTDIR)$(PREFIX)/lib/tmpfiles.d packaging/tmpfiles.d/fieldtill-host.conf
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	set -e; for u in $(units); do sed 's,/usr/bin/fieldtill,$(PREFIX)/bin/fieldtill,' $$u \
	    > $(DESTDIR)$(PREFIX)/lib/systemd/system/$${u##*/}; done
	test -e $(DESTDIR)/etc/fieldtill/host.conf || \
	    install -Dm644 -t $(DESTDIR)/etc/fieldtill packaging/systemd/host.conf

install-terminal: install-common man
	install -m755 $(addprefix $(O)/bin/,fieldtill fieldtill-sync) $(DESTDIR)$(PREFIX)/bin
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/man/man8 $(O)/man/fieldtill.8 $(O)/man/fieldtill-sync.8
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/fieldtill/boards $(wildcard hal/boards/*.conf)
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/fieldtill packaging/fonts.conf

pot: ## gather the texts into build/fieldtill.pot and merge them into each language
	@mkdir -p $(O)
	po/gather.sh $(O)/fieldtill.pot
	for l in $(languages); do msgmerge -q --update --backup=none --no-fuzzy-matching po/$$l.po $(O)/fieldtill.pot; done

# ---- tests ---------------------------------------------------------------------------------------
# Each file in tests/unit, flow, golden, powercut is one program. A name that begins with host_ is
# linked with the host's libraries and OpenSSL; crypto_*.c are built against both back ends.
test-sources = $(wildcard tests/$(1)/*.c)
test_device := support $(device)
test_all    := support tools sync $(device)
test_host   := support tools host printing db wire hal crypto-openssl core
# Where every write or byte is cut, a thousand starts verify and sign: OpenSSL does that thirty times
# faster than mbedTLS, and what is cut is the disk or the line. The flow tests have the device's own.
test_power  := $(subst crypto-mbedtls,crypto-openssl,$(test_all))

cflags_tests := $(call cached-pkg,cmocka sqlite3,--cflags)
# Two hundred programs are linked with everything: binutils' other linker takes half the time. (With
# clang's sanitizers it warns of symbols that it doesn't know.)
test_linker := $(if $(findstring clang,$(CC)),,-fuse-ld=gold)

# $(1) program name, $(2) source, $(3) libraries
define test-program
$(O)/tests/$(1): $(2) $(call archives,$(3)) Makefile
	@mkdir -p $$(@D)
	$$(say) LD $$@
	$$(Q)$$(CC) $$(base_cflags) $$(CFLAGS) $$(call include-paths,support $(sees_support)) $$(cflags_tests) \
	    -MMD -MP -MF $$@.d $$< -o $$@ $$(base_ldflags) $$(LDFLAGS) $(test_linker) -Wl,--start-group $(call archives,$(3)) -Wl,--end-group \
	    $$(call ldlibs-of,$(3)) -lm
-include $(O)/tests/$(1).d
test_programs += $(O)/tests/$(1)
endef
test_programs :=
c_tests := $(foreach k,unit flow golden powercut,$(call test-sources,$(k)))
both_tests := $(filter tests/unit/crypto_%,$(c_tests))
host_tests := $(filter tests/unit/host_%,$(c_tests))
power_tests := $(filter tests/powercut/% tests/unit/sync_book.c,$(c_tests))
device_tests := $(filter-out $(both_tests) $(host_tests) $(power_tests),$(c_tests))
test-name = $(patsubst tests/%.c,%,$(1))
$(foreach t,$(device_tests),$(eval $(call test-program,$(call test-name,$(t)),$(t),$(test_all))))
$(foreach t,$(power_tests),$(eval $(call test-program,$(call test-name,$(t)),$(t),$(test_power))))
$(foreach t,$(host_tests),$(eval $(call test-program,$(call test-name,$(t)),$(t),$(test_host))))
$(foreach t,$(both_tests),$(eval $(call test-program,$(call test-name,$(t))-mbedtls,$(t),support crypto-mbedtls core)))
$(foreach t,$(both_tests),$(eval $(call test-program,$(call test-name,$(t))-openssl,$(t),support crypto-openssl core)))

test: ## run every test (installs what is missing); ends with "N passed, N failed"
	@packaging/setup test
	@$(MAKE) --no-print-directory -j2 test-built

test-built: all $(test_programs) fuzz-programs
	@tests/run $(O) $(TESTS)

test-programs: all $(test_programs)

sanitize: ## the unit, golden and flow tests once more under ASan and UBSan
	@packaging/setup test
	@$(MAKE) --no-print-directory -j2 O=$(O)/san SAN=1 CFLAGS='-O1 -g' test-programs
	@LSAN_OPTIONS=suppressions=tests/support/leaks.supp tests/run $(O)/san unit golden flow

$(O)/kernel/probe: tests/kernel/probe.c $(call archives,hal core) Makefile
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(base_cflags) $(CFLAGS) $(call include-paths,support $(sees_support)) -MMD -MP -MF $@.d \
	    $< -o $@ $(base_ldflags) $(LDFLAGS) $(call archives,hal core) $(call ldlibs-of,hal core)
-include $(O)/kernel/probe.d
kernel-test: ## the drivers against a real kernel, in an emulated machine (fetches Debian's, 70 MB)
	@packaging/setup kernel
	@$(MAKE) --no-print-directory $(O)/kernel/probe
	@tests/kernel/run $(O)

golden-update: all $(test_programs) ## rewrite the golden files and show what changed
	@GOLDEN_UPDATE=1 tests/run $(O) golden || true
	@git --no-pager diff --stat -- tests/golden

# ---- fuzzing -------------------------------------------------------------------------------------
# The fuzzers and what they call are built once more, by clang with libFuzzer, ASan and UBSan, in
# one make of its own under $(O)/fuzz. Of the host only what reads files of others is needed.
fuzzers := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
fuzz_libs := printing hal wire db crypto-mbedtls core
fuzz_objects = $(foreach f,csv charset mapping,$(O)/obj/host/src/host/$(f).o)
fuzz-programs:
	@$(if $(fuzzers),$(MAKE) --no-print-directory O=$(O)/fuzz CC=clang SAN=1 \
	    CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' $(foreach f,$(fuzzers),$(O)/fuzz/fuzzers/$(f)))
$(O)/fuzzers/%: tests/fuzz/%.c $(call archives,$(fuzz_libs)) $(fuzz_objects) Makefile
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(base_cflags) $(CFLAGS) $(call include-paths,support $(sees_support)) -MMD -MP -MF $@.d $< -o $@ \
	    -fsanitize=fuzzer $(base_ldflags) $(fuzz_objects) -Wl,--start-group $(call archives,$(fuzz_libs)) -Wl,--end-group \
	    $(call ldlibs-of,$(fuzz_libs)) -lm
-include $(foreach f,$(fuzzers),$(O)/fuzzers/$(f).d)
FUZZ_S ?= 600
fuzz: ## fuzz every parser of outside bytes, ten minutes each (FUZZ_S=600)
	@packaging/setup test
	@$(MAKE) --no-print-directory -j2 fuzz-programs
	@tests/fuzz/run $(O) $(FUZZ_S)

# ---- running, benchmarks, checks -------------------------------------------------------------------
PANEL ?= web
CUSTOMERS ?= 2000
run: ## install what is missing, build, and show the handheld in the browser (PANEL=tty, FRESH=1, CUSTOMERS=n)
	@packaging/setup run
	@$(MAKE) --no-print-directory -s -j2 all
	@packaging/run --build $(O) --panel $(PANEL) --customers $(CUSTOMERS) $(if $(filter 1,$(FRESH)),--fresh)

benches := $(patsubst tests/bench/%.c,$(O)/bench/%,$(wildcard tests/bench/*.c))
bench_libs := bench $(test_all)
$(O)/bench/%: tests/bench/%.c $(call archives,$(bench_libs)) Makefile
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(base_cflags) $(CFLAGS) $(call include-paths,bench $(sees_bench)) $(call cached-pkg,$(pkg_bench),--cflags) \
	    -MMD -MP -MF $@.d $< -o $@ $(base_ldflags) $(LDFLAGS) -Wl,--start-group $(call archives,$(bench_libs)) -Wl,--end-group \
	    $(call ldlibs-of,$(bench_libs)) -lm
-include $(benches:=.d)
bench-built: all $(benches)
	@tests/bench/run $(O)
DAYS ?= 3000
soak: all $(foreach t,unit/host_days unit/host_days_altered flow/days,$(O)/tests/$(t)) ## sixty stops; every byte cut; a worse link; generated days (DAYS=3000)
	@packaging/setup test
	@FIELDTILL_BUILD=$(O) FIELDTILL_STOPS=60 tests/loop/morning.test
	@FIELDTILL_BUILD=$(O) FIELDTILL_KILLS=200 tests/loop/kill_host.test
	@FIELDTILL_BUILD=$(O) FIELDTILL_BYTES_STEP=1 tests/loop/every_byte.test
	@FIELDTILL_BUILD=$(O) FIELDTILL_BAD_LINK_TERMINALS=4 tests/loop/bad_link.test
	@FIELDTILL_BUILD=$(O) FIELDTILL_BYTES_STEP=1 FIELDTILL_STORE=postgresql tests/loop/every_byte.test
	@FIELDTILL_BUILD=$(O) FIELDTILL_STORE=postgresql tests/loop/bad_link.test
	@FIELDTILL_BUILD=$(O) FIELDTILL_STORE=postgresql tests/loop/thread.test
	@FIELDTILL_BUILD=$(O) FIELDTILL_STORE=postgresql tests/loop/settlement.test
	@FIELDTILL_DAYS=$(DAYS) FIELDTILL_SEED=random $(O)/tests/unit/host_days
	@FIELDTILL_DAYS=$(DAYS) FIELDTILL_SEED=random $(O)/tests/unit/host_days_altered
	@FIELDTILL_DAYS=$$(( $(DAYS) / 20 )) FIELDTILL_SEED=random $(O)/tests/flow/days

bench: ## measure against baselines of the same run; writes build/bench.tsv
	@packaging/setup test
	@$(MAKE) --no-print-directory -j2 bench-built

EVENING ?= 10000
bench-evening: all ## ten thousand terminals hand in 200 receipts each (EVENING=n); takes an hour and 20 GB
	@packaging/setup test
	@FIELDTILL_EVENING=$(EVENING) FIELDTILL_BENCH_LIMIT_S=14400 tests/bench/run $(O) evening

ID ?= 40001
dictionary: $(O)/bench/dictionary ## train a dictionary for batches (ID=40002); docs/protocol.md
	$(O)/bench/dictionary $(ID) src/wire/dictionary/$(ID).zdict

lint: ## format, banned calls, lengths, third-party headers, paths in docs
	@tests/lint/run

clang: ## the whole build once more with clang
	@$(MAKE) --no-print-directory -j2 O=$(O)/clang CC=clang all test-programs

format: ## clang-format on all C, and section lines as wide as the house allows
	@tests/lint/format

tidy: ## clang-tidy: bugprone, cert, clang-analyzer (FILES='src/core db' for some)
	@packaging/setup test
	@$(MAKE) --no-print-directory -s $(O)/gen/db/sql.h $(O)/gen/printing/profile_table.h \
	    $(O)/gen/wire/dictionary_table.h
	@FIELDTILL_BUILD=$(O) tests/lint/tidy $(FILES)

compile_commands.json: Makefile
	@tests/lint/compile-commands > $@

clean: ## remove what was built
	rm -rf $(O)

help: ## this list
	@echo "Fieldtill $(VERSION). Two to begin with: make run, make test."
	@awk -F ':.*## ' '/^[a-z_-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

print-%:
	@echo '$($*)'

.PHONY: all install install-common install-host install-terminal soak dictionary programs locale pot test test-built test-programs sanitize golden-update fuzz fuzz-programs kernel-test run bench bench-built bench-evening lint format clang tidy clean help
.DEFAULT_GOAL := all
.SECONDARY:
