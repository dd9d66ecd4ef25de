#!/usr/bin/env bash
# Prepares a machine and this checkout for building Specie. Asks nothing and may be run at any time: what is
# already there is left alone. Says what it does, one line a step; `docs/building.md` describes it.
#
#   scripts/setup.sh --tests   also what the tests alone need
#
#   SPECIE_WASM_ROUTE   auto (the default), rustup or debian: where the runtime's WASM target comes from
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

# The highest `rust-version` that a crate in Cargo.lock declares.
readonly RUST_VERSION_MIN=1.90
readonly WASM_TARGET=wasm32v1-none
# rustup's name for Debian's compiler under /usr.
readonly DEBIAN_TOOLCHAIN=specie-wasm
# A machine without access to rustup's servers must not hang here.
readonly RUSTUP_SECONDS_MAX=120

# Set by the WASM step: the toolchain that builds the runtime, where it is not the one that builds the rest.
wasm_toolchain=

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# --- System packages ---------------------------------------------------------------------------------------------

# Prints the Debian package of every tool that is missing. The tools are looked for, not the packages: a compiler
# that came some other way is as good.
missing_packages() {
	have protoc || echo protobuf-compiler
	have clang || echo clang
	have_libclang || echo libclang-dev
	have pkg-config || echo pkg-config
	{ have pkg-config && pkg-config --exists openssl; } || have_openssl_header || echo libssl-dev
	have cc || echo gcc
	have c++ || echo g++
	have make || echo make
	have python3 || echo python3
	python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
	have node || echo nodejs
	have npm || echo npm
	# Card readers: the library to build with, the service and its virtual readers to test with.
	{ have pkg-config && pkg-config --exists libpcsclite; } || echo libpcsclite-dev
	[ -x /usr/sbin/pcscd ] || echo pcscd
	[ -e /usr/lib/pcsc/drivers/serial/libifdvpcd.so ] || echo vsmartcard-vpcd
	[ -z "$for_tests" ] || missing_test_packages
}

# The card's applet runs over the JDK, with Debian's BouncyCastle. Keys in tokens are tried with SoftHSM.
missing_test_packages() {
	{ have java && have javac; } || echo default-jdk-headless
	[ -e /usr/share/java/bcprov.jar ] || echo libbcprov-java
	have softhsm2-util || echo softhsm2
	have pkcs11-tool || echo opensc
}

have() { command -v "$1" >/dev/null; }

# The places that RocksDB's build (bindgen) searches.
have_libclang() {
	compgen -G "${LIBCLANG_PATH:-/nowhere}/libclang*" >/dev/null ||
		compgen -G '/usr/lib*/llvm*/lib*/libclang.so*' >/dev/null ||
		compgen -G '/usr/lib*/libclang.so*' >/dev/null ||
		compgen -G '/usr/lib/*/libclang.so*' >/dev/null
}

have_openssl_header() { [ -n "${OPENSSL_DIR:-}" ] && [ -e "$OPENSSL_DIR/include/openssl/ssl.h" ]; }

install_system_packages() {
	local missing
	mapfile -t missing < <(missing_packages)
	if [ ${#missing[@]} -eq 0 ]; then
		say 'system packages: all there'
		return
	fi
	apt_install "${missing[@]}"
	mapfile -t missing < <(missing_packages)
	[ ${#missing[@]} -eq 0 ] ||
		die "still missing after the installation: ${missing[*]}; another installation may come first in PATH"
}

# Installs the given packages, or ends with the command that the reader can run where it may not.
apt_install() {
	have apt-get || die "missing: $*; these are Debian's names, install what this system calls them"
	may_be_root || die "missing: $*; neither root nor sudo without a password: ask for apt-get install $*"
	say "system packages: installing $*"
	# --no-remove: a conflict with something installed is an error to read, not a removal.
	if ! { apt_get update && apt_get install --yes --no-install-recommends --no-remove "$@"; }; then
		tail -n 20 "$scratch/apt.log" >&2
		die "apt-get could not install: $*"
	fi
}

apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" \
		</dev/null >>"$scratch/apt.log" 2>&1
}

may_be_root() { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

# --- Rust --------------------------------------------------------------------------------------------------------

check_rust() {
	local version
	version=$(rustc --version 2>/dev/null | cut -d' ' -f2) || true
	if ! have cargo || [ -z "$version" ]; then
		die "no Rust compiler; install $RUST_VERSION_MIN or newer, for example with rustup (https://rustup.rs)"
	fi
	at_least "$version" "$RUST_VERSION_MIN" ||
		die "Rust $version is too old, $RUST_VERSION_MIN or newer is needed: rustup update stable"
	say "Rust: $version"
}

# at_least VERSION MINIMUM
at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

# Only `make lint` needs these, so their absence ends nothing here.
check_lint_tools() {
	local tools=()
	cargo fmt --version >/dev/null 2>&1 || tools+=(rustfmt)
	cargo clippy --version >/dev/null 2>&1 || tools+=(clippy)
	if [ ${#tools[@]} -eq 0 ]; then
		say 'rustfmt and clippy: there'
	else
		say "not there: ${tools[*]}; 'make lint' needs them (rustup component add ${tools[*]}), nothing else does"
	fi
}

# --- The WASM target ---------------------------------------------------------------------------------------------

prepare_wasm_target() {
	case ${SPECIE_WASM_ROUTE:-auto} in
	auto) wasm_target_is_there || wasm_by_debian_is_there || wasm_by_rustup || wasm_by_debian ;;
	rustup) wasm_target_is_there || wasm_by_rustup || die "rustup cannot install $WASM_TARGET here" ;;
	debian) wasm_by_debian_is_there || wasm_by_debian ;;
	*) die "SPECIE_WASM_ROUTE is '$SPECIE_WASM_ROUTE'; it may be auto, rustup or debian" ;;
	esac
}

wasm_target_is_there() {
	links_wasm rustc || return 1
	say "WASM target: $WASM_TARGET is there"
}

wasm_by_rustup() {
	have rustup || return 1
	say "WASM target: rustup target add $WASM_TARGET (at most $RUSTUP_SECONDS_MAX s)"
	timeout "$RUSTUP_SECONDS_MAX" rustup target add "$WASM_TARGET" </dev/null >"$scratch/rustup.log" 2>&1 &&
		links_wasm rustc && return
	say "WASM target: rustup failed ($(tail -n 1 "$scratch/rustup.log" | cut -c 1-100))"
	return 1
}

# Without rustup there are no named toolchains: then the compiler in use is Debian's own.
wasm_by_debian_is_there() {
	if ! have rustup; then
		wasm_target_is_there
		return
	fi
	[ -x /usr/bin/rustc ] && links_wasm rustup run "$DEBIAN_TOOLCHAIN" rustc || return 1
	wasm_toolchain=$DEBIAN_TOOLCHAIN
	say "WASM target: $WASM_TARGET is there, in Debian's Rust (toolchain $DEBIAN_TOOLCHAIN)"
}

# Debian has a recent Rust for building web browsers. It comes without the WASM target but with the source of the
# standard library, so we build the two libraries that the runtime needs from it.
wasm_by_debian() {
	have apt-get ||
		die "no $WASM_TARGET: rustup cannot install it, and only Debian has another source; see docs/building.md"
	install_debian_rust
	build_wasm_std
	if have rustup; then rustup --quiet toolchain link "$DEBIAN_TOOLCHAIN" /usr; fi
	wasm_by_debian_is_there || die "Debian's Rust is installed but cannot link for $WASM_TARGET; see docs/building.md"
}

install_debian_rust() {
	apt_install_absent rustc-web cargo-web rust-web-src rust-web-llvm
	# The linker must be of the compiler's LLVM version, which moves with Debian: ask the compiler.
	local llvm
	llvm=$(/usr/bin/rustc --version --verbose | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
	apt_install_absent "lld-$llvm"
}

apt_install_absent() {
	local package absent=()
	for package in "$@"; do
		[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			absent+=("$package")
	done
	[ ${#absent[@]} -eq 0 ] || apt_install "${absent[@]}"
}

# Builds `core` and `alloc` as dependencies of an empty crate and puts them where Debian's compiler looks.
# Bitcode, because the runtime is optimised at link time and fails without it ("Can't find section .llvmbc").
build_wasm_std() {
	local crate=$scratch/std installed=/usr/lib/rustlib/$WASM_TARGET/lib
	may_be_root || die "neither root nor sudo without a password: $installed cannot be written"
	say "WASM target: building core and alloc with $(/usr/bin/rustc --version)"
	mkdir -p "$crate/src"
	printf '[package]\nname = "std-for-wasm"\nedition = "2021"\n[workspace]\n' >"$crate/Cargo.toml"
	echo '#![no_std]' >"$crate/src/lib.rs"
	(
		cd "$crate"
		export RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTC_WRAPPER='' CARGO_TARGET_DIR=$crate/target
		RUSTFLAGS='-C embed-bitcode=yes' /usr/bin/cargo build --quiet --release --target "$WASM_TARGET" \
			-Zbuild-std=core,alloc -Zbuild-std-features=compiler-builtins-mem
	) || die "core and alloc could not be built for $WASM_TARGET"
	# Libraries of an earlier version of the compiler would be found first.
	as_root rm -f "$installed"/lib{core,alloc,compiler_builtins}-*.rlib
	as_root install -D -m 644 -t "$installed" \
		"$crate/target/$WASM_TARGET"/release/deps/lib{core,alloc,compiler_builtins}-*.rlib
}

# links_wasm RUSTC...: whether this compiler makes a WASM module, optimised at link time, as the runtime is. A folder
# of the target's name is not enough: Debian's compiler may have been upgraded under libraries that we built.
links_wasm() {
	"$@" --target "$WASM_TARGET" --crate-type cdylib -C panic=abort -C lto=fat -C opt-level=1 \
		-o "$scratch/probe.wasm" - >/dev/null 2>&1 <<-'RUST'
			#![no_std]
			extern crate alloc;
			use core::alloc::{GlobalAlloc, Layout};
			struct Never;
			unsafe impl GlobalAlloc for Never {
			    unsafe fn alloc(&self, _: Layout) -> *mut u8 { core::ptr::null_mut() }
			    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
			}
			#[global_allocator]
			static NEVER: Never = Never;
			#[panic_handler]
			fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
			#[no_mangle]
			pub extern "C" fn probe(n: usize) -> usize { alloc::vec![0u8; n].len() }
		RUST
}

# --- Cargo's settings for this checkout --------------------------------------------------------------------------

readonly CARGO_CONFIG=.cargo/config.toml
readonly CARGO_CONFIG_MARK='# Written by scripts/setup.sh, which overwrites it.'

# So that a plain `cargo build` and `cargo test` work. Written only if it differs: an unchanged file rebuilds nothing.
write_cargo_config() {
	cargo_config >"$scratch/config.toml"
	if cmp -s "$scratch/config.toml" "$CARGO_CONFIG"; then
		say "$CARGO_CONFIG: up to date"
		return
	fi
	if [ -e "$CARGO_CONFIG" ] && [ "$(head -n 1 "$CARGO_CONFIG")" != "$CARGO_CONFIG_MARK" ]; then
		die "$CARGO_CONFIG is not from this script; move it away and keep your settings in ~/.cargo/config.toml"
	fi
	mkdir -p .cargo
	cp "$scratch/config.toml" "$CARGO_CONFIG"
	say "$CARGO_CONFIG: written"
}

cargo_config() {
	cat <<-TOML
		$CARGO_CONFIG_MARK
		[env]
		# The system's OpenSSL: building another one takes minutes.
		OPENSSL_NO_VENDOR = "1"
		# Takes less than half of g++'s time for what is not optimised, and of the memory.
		CXX = "clang++"
		# This checkout: the WASM build looks for Cargo.lock here, also where the target directory lies elsewhere.
		WASM_BUILD_WORKSPACE_HINT = { value = "", relative = true }
	TOML
	[ -z "$wasm_toolchain" ] || printf 'WASM_BUILD_TOOLCHAIN = %s\n' "$(toml_string "$wasm_toolchain")"
}

toml_string() {
	local escaped=${1//\\/\\\\}
	printf '"%s"' "${escaped//\"/\\\"}"
}

for_tests=
[ "${1:-}" != --tests ] || for_tests=yes

install_system_packages
[ -z "$for_tests" ] || exit 0
check_rust
check_lint_tools
prepare_wasm_target
write_cargo_config
