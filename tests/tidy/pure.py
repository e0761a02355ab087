#!/usr/bin/python3
"""The pure libraries call nothing that knows the time, the environment, a file or another process.

    pure.py BUILD

Lists the undefined symbols of every static library but those of os, host, daemon and cli, and fails on each
that is not allowed below. An allow-list, because a list of what is forbidden is never complete.
"""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys

from report import finish

IMPURE_MODULES = {"os", "host", "daemon", "cli"}

# (what is allowed, why). Arguments are cut off before the comparison.
ALLOWED = [(re.compile(pattern), reason) for pattern, reason in [
    (r"(non-virtual thunk to |virtual thunk to |guard variable for |vtable for |typeinfo (name )?for )?"
     r"(\w+ )?understudy::.*", "our own modules, each checked by itself; the link order keeps them downward"),
    (r".*\bunderstudy::.*", "the standard library's templates over our own types"),
    (r"mem(chr|cmp|cpy|move|set)|str(len|cmp|ncmp|chr)|bcmp", "bytes in, bytes out"),
    (r"abort|__assert_fail|fprintf|fputs|stderr|fwrite|fflush", "the assertion's last words"),
    (r"inet_(pton|ntop)", "text to address and back, without a resolver"),
    (r"operator (new|delete)(\[\])?|std::nothrow", "memory"),
    (r"__cxa_.*|__gxx_personality_v0|_Unwind_Resume|__dynamic_cast|__cxxabiv1::.*", "the language itself"),
    (r"(vtable|typeinfo|VTT) for (__cxxabiv1|std|fmt)::.*", "the language itself"),
    (r"strerror", "words for an error number; the program sets no locale, so they are always the same"),
    (r"__libc_single_threaded", "the reference counts of shared_ptr ask it whether they need locks"),
    (r"_GLOBAL_OFFSET_TABLE_|__dso_handle|__stack_chk_fail|__tls_get_addr|__(asan|ubsan|sanitizer)_.*",
     "the compiler"),
    (r"std::__(throw_\w+|glibcxx_assert_fail)|std::terminate|__assert_fail", "the libraries' own assertions"),
    (r"__libc_single_threaded", "whether a shared pointer must count atomically"),
    (r"std::(_Rb_tree_\w+|_Hash_bytes|__detail::.*|hash<.*)", "containers"),
    (r"std::(__cxx11::)?(basic_string|basic_stringbuf|basic_[io]?stringstream)\b.*", "text"),
    (r"(.* )?std::(basic_(ios|ostream|istream|iostream|streambuf)|__ostream_insert|ios_base|locale|ctype|"
     r"operator<<)\b.*", "text in memory; whoever opens a file needs a class that is not here"),
    (r"std::(from_chars|to_chars|exception|bad_\w+|logic_error|length_error|out_of_range|invalid_argument|"
     r"runtime_error|domain_error|bad_optional_access|bad_variant_access|bad_function_call)\b.*",
     "values and errors"),
    (r"fmt::.*|(.* )fmt::v\d+::.*", "text"),
    (r"nlohmann::.*|(.* )nlohmann::.*", "JSON values"),
    (r"mnl_(nlmsg|attr|nlmsg_batch)_\w+", "libmnl's builders and readers of messages; not its sockets"),
    (r"nftnl_(batch|nlmsg|table|chain|set|rule|expr)_\w+", "libnftnl's builders of messages"),
    (r"HMAC\w*|EVP_(md5|sha256|MD\w*|Digest\w*|MAC\w*)|CRYPTO_memcmp|OSSL_PARAM\w*", "digests"),
    (r"strto(l|ll|ul|ull|d)|localeconv|snprintf|__errno_location",
     "numbers, as the JSON library reads and writes them"),
]]


def symbol_name(line: str) -> str | None:
    """The undefined symbol of a line of nm's, without arguments and template tails."""
    match = re.match(r"\s+[Uwv] (.*)", line)
    return match.group(1) if match else None


def is_allowed(symbol: str) -> bool:
    bare = re.sub(r"\(.*", "", symbol) if "operator()" not in symbol else symbol
    return any(pattern.fullmatch(bare) for pattern, _ in ALLOWED)


def undefined_symbols(library: pathlib.Path) -> set[str]:
    listed = subprocess.run(["nm", "-uC", str(library)], check=True, capture_output=True, text=True).stdout
    return {name for line in listed.splitlines() if (name := symbol_name(line)) is not None}


def pure_libraries(build: pathlib.Path) -> list[pathlib.Path]:
    libraries = build.glob("src/*/libunderstudy_*.a")
    return sorted(path for path in libraries if path.parent.name not in IMPURE_MODULES)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    libraries = pure_libraries(pathlib.Path(sys.argv[1]))
    if not libraries:
        sys.exit(f"pure: no library under {sys.argv[1]}: build first")
    checked, complaints = 0, []
    for library in libraries:
        symbols = undefined_symbols(library)
        checked += len(symbols)
        complaints += [f"{library.name}: calls {symbol}" for symbol in sorted(symbols)
                       if not is_allowed(symbol)]
    finish("pure", checked, complaints)


if __name__ == "__main__":
    main()
