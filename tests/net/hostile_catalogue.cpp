#include "hostile_catalogue.h"

#include <algorithm>

namespace millrace {
namespace {

using support::answer;
using support::chunk;
using support::chunked_head;
using support::Encoding;
using Behaviour = std::function<void(Connection&)>;
using Cases = std::vector<Hostile>;

constexpr auto kEarly = Hostile::Stage::accepted;
constexpr auto kSecured = Hostile::Stage::secured;
const std::string kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kHead = "HTTP/1.1 200 OK\r\n";

// ---- what it does

Behaviour says(std::string bytes) {
  return [bytes = std::move(bytes)](Connection& peer) {
    peer.send(bytes);
    peer.shutdown_write();
    peer.wait_peer_closed(seconds(5));
  };
}
Behaviour says_and_stalls(std::string bytes) {
  return [bytes = std::move(bytes)](Connection& peer) {
    peer.send(bytes);
    peer.stall_until_closed();
  };
}
Behaviour says_and_resets(std::string bytes) {
  return [bytes = std::move(bytes)](Connection& peer) {
    peer.send(bytes);
    peer.sleep(milliseconds(30));  // long enough for it to arrive
    peer.reset();
  };
}
Behaviour drips(std::string bytes, Nanos pause) {
  return [bytes = std::move(bytes), pause](Connection& peer) {
    peer.drip(bytes,
              std::chrono::duration_cast<milliseconds>(pause * static_cast<int>(bytes.size())),
              bytes.size());
  };
}
Behaviour repeats(std::string first, std::string unit) {
  return [first = std::move(first), unit = std::move(unit)](Connection& peer) {
    bool open = peer.send(first);
    while (open) open = peer.send(unit);
  };
}

// ---- what is asked of it

std::function<void(HttpRequest&)> within(Nanos timeout) {
  return [timeout](HttpRequest& request) { request.timeout = timeout; };
}
std::function<void(HttpRequest&)> at_most(std::uint64_t bytes) {
  return [bytes](HttpRequest& request) { request.max_body_size = bytes; };
}
std::function<void(HttpRequest&)> idle(Nanos limit) {
  return [limit](HttpRequest& request) { request.idle_timeout = limit; };
}
void without_trust(HttpRequest& request) { request.tls = {}; }
void with_upload(HttpRequest& request) {
  request.body = std::string(16 << 20, 'x');
  request.timeout = milliseconds(200);
}
void over_tls(HttpRequest& request) { request.url.replace(0, 4, "https"); }
constexpr Nanos kShort = milliseconds(200);

// ---- the catalogue

void add_silence(Cases& all) {
  const std::string none = "unavailable/headers: before it answered";
  all.insert(
      all.end(),
      {{"never answers", "deadline/headers: waiting for the response headers", says_and_stalls(""),
        within(kShort)},
       {"never reads either", "deadline/headers: waiting", says_and_stalls(""), within(kShort),
        kEarly},
       {"never reads what is sent to it", "deadline/send: of 16777216 bytes",
        [](Connection& peer) { peer.sleep(seconds(3)); }, &with_upload, kEarly},
       {"accepts and closes", none, [](Connection& peer) { peer.close(); }, {}, kEarly},
       {"accepts and resets", "unavailable/", [](Connection& peer) { peer.reset(); }, {}, kEarly},
       {"closes when asked", none, says("")},
       {"resets when asked", none, says_and_resets("")},
       {"answers before it is asked", "= early", says(answer("early")), {}, kEarly},
       {"answers before all is sent", "= enough", says(answer("enough", "413 Too Large")),
        [](HttpRequest& r) { r.body = std::string(16 << 20, 'x'); }},
       {"never says to continue", "= late",
        [](Connection& peer) {
          peer.read_bytes(4);
          says(answer("late"))(peer);
        },
        [](HttpRequest& r) {
          r.body = std::string("body");
          r.headers = {{"Expect", "100-continue"}};
        }},
       {"refuses to continue", "= no", says(answer("no", "417 Expectation Failed")),
        [](HttpRequest& r) {
          r.body = std::string("body");
          r.headers = {{"Expect", "100-continue"}};
        }}});
}

void add_heads(Cases& all) {
  std::string many = kHead;
  while (many.size() < 80'000) many += "X-Filler: " + std::string(500, 'x') + "\r\n";
  std::string interim =
      "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(40'000, 'x') + "\r\n\r\n";
  std::string flood;
  for (int i = 0; i < 100; ++i) flood += "HTTP/1.1 102 Processing\r\n\r\n";
  std::string small = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n";
  for (int i = 0; i < 5000; ++i) small += "A: b\r\n";
  const std::string large = "exhausted/headers: larger than 65536 bytes";
  all.insert(
      all.end(),
      {{"drips its headers byte by byte", "deadline/headers: waiting",
        drips(kHead + "X: " + std::string(4000, 'x'), milliseconds(5)), within(kShort)},
       {"stalls within its headers", "deadline/headers: waiting",
        says_and_stalls(kHead + "X-Half: "), within(kShort)},
       {"closes within its headers", "unavailable/headers: before it answered",
        says(kHead + "X-Half: ")},
       {"resets within its headers", "unavailable/headers: before it answered",
        says_and_resets(kHead + "X: y\r\n")},
       {"endless headers", large, repeats(kHead, "X-Filler: " + std::string(500, 'x') + "\r\n")},
       {"an endless header line", "exhausted/headers: endless",
        repeats(kHead + "X: ", std::string(5000, 'x'))},
       {"an endless status line", "exhausted/headers: endless",
        repeats("HTTP/1.1 200 ", std::string(5000, 'x'))},
       {"headers over 64 KiB", large, says(many + "\r\n")},
       {"headers over 64 KiB, interim ones counted in", large,
        says(interim + kHead + "X: " + std::string(40'000, 'x') + "\r\n\r\n")},
       {"thousands of small headers", "= fine", says(small + "\r\nfine")},
       {"a flood of interim answers", "exhausted/headers: interim", says(flood + answer("late"))},
       {"interim answers for ever", "exhausted/headers: interim",
        repeats("", "HTTP/1.1 102 Processing\r\n\r\n")},
       {"an interim answer or two", "= fine",
        says("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
             answer("fine"))},
       {"nothing after an interim answer", "deadline/headers: waiting",
        says_and_stalls("HTTP/1.1 102 Processing\r\n\r\n"), within(kShort)},
       {"switches protocols unasked", "unavailable/protocol: another protocol",
        says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")},
       {"a page of HTTP/0.9", "unavailable/protocol: not valid HTTP", says("<html>old</html>\r\n")},
       {"another protocol", "unavailable/protocol: not valid HTTP",
        says("SSH-2.0-OpenSSH_9.2\r\n")},
       {"a megabyte of zeros", "unavailable/protocol: not valid HTTP",
        says(std::string(1 << 20, '\0'))},
       {"a status of one digit", "unavailable/protocol: not valid HTTP",
        says("HTTP/1.1 9 Huh\r\n\r\n")},
       {"a status of four digits", "unavailable/protocol: not valid HTTP",
        says("HTTP/1.1 2000 OK\r\n\r\n")},
       {"a status of letters", "unavailable/protocol: not valid HTTP",
        says("HTTP/1.1 abc OK\r\n\r\n")},
       {"a version of another age", "unavailable/protocol: not valid HTTP",
        says("HTTP/7.3 200 OK\r\nContent-Length: 4\r\n\r\nfine")},
       {"a header without a colon", "unavailable/protocol: Header without colon",
        says(kHead + "no colon here\r\n\r\n")},
       {"a header's name with a blank", "unavailable/protocol: not valid HTTP",
        says(kHead + "Content-Length : 4\r\n\r\nfine")},
       {"a header's value with NUL", "unavailable/protocol: not valid HTTP",
        says(kHead + std::string("X: a\0b\r\n\r\n", 10))},
       {"a blank before the first header", "unavailable/protocol: not valid HTTP",
        says(kHead + " X: 1\r\n\r\n")},
       {"a folded header", "= fine", says(answer("fine", "200 OK", "X: a\r\n  b\r\n"))},
       {"lines that end with LF alone", "= fine",
        says("HTTP/1.1 200 OK\nContent-Length: 4\n\nfine")},
       {"HTTP/1.0", "= to the end", says("HTTP/1.0 200 OK\r\n\r\nto the end")}});
}

void add_lengths(Cases& all) {
  const auto with = [](const std::string& headers, const std::string& body) {
    return says(kHead + headers + "\r\n" + body);
  };
  all.insert(
      all.end(),
      {{"a length too long", "unavailable/body: before the end of the response body",
        with("Content-Length: 9\r\n", "1234")},
       {"a length too short", "= 1234", with("Content-Length: 4\r\n", "12345678")},
       {"a second answer after the first", "= first", says(answer("first") + answer("second"))},
       {"a body where there is none", "= ",
        says("HTTP/1.1 204 No Content\r\n\r\n" + answer("injected"))},
       {"equal lengths", "= 1234", with("Content-Length: 4\r\nContent-Length: 4\r\n", "1234")},
       {"a list of equal lengths", "= 1234", with("Content-Length: 4, 4\r\n", "1234")},
       {"differing lengths", "unavailable/protocol: two lengths, 4 and 5",
        with("Content-Length: 4\r\nContent-Length: 5\r\n", "12345")},
       {"a list of differing lengths", "unavailable/protocol: two lengths",
        with("Content-Length: 4, 5\r\n", "12345")},
       {"a length and chunks", "= abc",
        with("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n")},
       {"chunks and a length", "= abc",
        with("Transfer-Encoding: chunked\r\nContent-Length: 9\r\n", "3\r\nabc\r\n0\r\n\r\n")},
       {"chunks within chunks", "unavailable/protocol: transfer encoding",
        with("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
       {"a compressed transfer", "unavailable/protocol: transfer encoding",
        with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")}});
  for (const char* bad : {"-1", "abc", "", "1x", "+4", "0x4", "4.0", "99999999999999999999"}) {
    all.push_back({"a length of \"" + std::string(bad) + "\"",
                   "unavailable/protocol: not valid HTTP",
                   with("Content-Length: " + std::string(bad) + "\r\n", "1234")});
  }
}

void add_chunks(Cases& all) {
  // As with a bad length: nothing was broken off, and trying again will not help.
  for (const char* bad :
       {"zz\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "fffffffffffffffffffff\r\nabc",
        "ffffffffffffffff\r\nabc", "10000000000000003\r\nabc\r\n0\r\n\r\n", "\r\nabc",
        "3\r\nabcde\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n"}) {
    std::string name = "a chunk of \"" + std::string(bad) + "\"";
    std::erase_if(name, [](char c) { return c == '\r' || c == '\n'; });
    all.push_back({name, "unavailable/protocol: is not valid HTTP", says(kChunked + bad)});
  }
  std::string tiny = kChunked;
  for (int i = 0; i < 20'000; ++i) tiny += "1\r\nx\r\n";
  all.insert(
      all.end(),
      {{"no last chunk", "unavailable/body: before the end of the response body",
        says(kChunked + "3\r\nabc\r\n")},
       {"a last chunk that never comes", "deadline/body: reading the response body",
        says_and_stalls(kChunked + "3\r\nabc\r\n"), within(kShort)},
       {"stalls within a chunk's size", "deadline/body: reading",
        says_and_stalls(kChunked + "3\r\nabc\r\n1"), within(kShort)},
       {"stalls before the trailers' end", "deadline/body: reading",
        says_and_stalls(kChunked + "3\r\nabc\r\n0\r\n"), within(kShort)},
       {"tiny chunks", "= " + std::string(20'000, 'x'), says(tiny + "0\r\n\r\n")},
       {"a chunk with an extension", "= abc", says(kChunked + "3;a=\"b\"\r\nabc\r\n0\r\n\r\n")},
       {"an endless chunk extension", "deadline/body: reading",
        repeats(kChunked + "3;", std::string(64 << 10, 'x')), within(kShort)},
       {"an endless chunk extension, with idleTimeout", "deadline/body: \"idleTimeout\"",
        repeats(kChunked + "3;", std::string(64 << 10, 'x')), idle(kShort)},
       {"trailers", "= abc", says(kChunked + "3\r\nabc\r\n0\r\nX-Trailer: yes\r\n\r\n")},
       {"trailers that would be headers", "= abc",
        says(kChunked + "3\r\nabc\r\n0\r\nContent-Length: 99\r\nContent-Encoding: gzip\r\n\r\n")},
       {"endless trailers", "exhausted/headers: larger than 65536 bytes",
        repeats(kChunked + "3\r\nabc\r\n0\r\n", "X-Trailer: " + std::string(500, 'x') + "\r\n")},
       {"an endless trailer line", "exhausted/body: endless",
        repeats(kChunked + "3\r\nabc\r\n0\r\nX: ", std::string(5000, 'x'))}});
}

void add_bodies(Cases& all) {
  all.insert(
      all.end(),
      {{"a body that drips a byte a second", "deadline/body: of 100 bytes",
        [](Connection& peer) {
          peer.send(support::head_for(100));
          peer.drip(std::string(100, 'x'), seconds(100), 100);
        },
        within(kShort)},
       {"a body that stalls for ever", "deadline/body: (131072 of 1048576 bytes)",
        says_and_stalls(support::head_for(1 << 20) + std::string(128 << 10, 'x')), within(kShort)},
       {"a body that stalls, with idleTimeout", "deadline/body: \"idleTimeout\"",
        says_and_stalls(support::head_for(9) + "1234"), idle(kShort)},
       {"an endless body", "exhausted/body: larger than 1048576 bytes",
        repeats("HTTP/1.1 200 OK\r\n\r\n", support::line_block()), at_most(1 << 20)},
       {"an endless body without a limit of its own", "exhausted/",
        repeats("HTTP/1.1 200 OK\r\n\r\n", support::line_block())},
       {"an endless chunked body", "exhausted/body: larger than 1048576 bytes",
        repeats(kChunked, chunk(support::line_block())), at_most(1 << 20)},
       {"a body of a length beyond all", "exhausted/body: larger than",
        repeats(support::head_for(1ULL << 62), support::line_block()), at_most(1 << 20)},
       {"resets within its body", "unavailable/body: connection reset",
        says_and_resets(support::head_for(100) + "abc")},
       {"closes within its body", "unavailable/body: before the end of the response body",
        says(support::head_for(100) + "abc")}});
}

void add_compression(Cases& all) {
  const std::string text = support::numbered_lines(100'000);
  for (const Encoding encoding :
       {Encoding::gzip, Encoding::deflate, Encoding::raw_deflate, Encoding::br, Encoding::zstd}) {
    const std::string name =
        (encoding == Encoding::raw_deflate ? "raw " : "") + std::string(support::name_of(encoding));
    const auto with = [&](const std::string& bytes) {
      return says(answer(bytes, "200 OK",
                         "Content-Encoding: " + std::string(support::name_of(encoding)) + "\r\n"));
    };
    const std::string good = support::compressed(encoding, text);
    std::string broken = good;
    std::fill(broken.begin() + static_cast<std::ptrdiff_t>(broken.size() / 2), broken.end(), 'U');
    all.insert(all.end(), {{"a bomb of " + name, "exhausted/body: larger than 1048576 bytes",
                            with(support::zero_bomb(encoding, 64 << 20)), at_most(1 << 20)},
                           {name + " cut short", "unavailable/body: ends too early",
                            with(good.substr(0, good.size() / 2))},
                           {"broken " + name, "unavailable/body: response body", with(broken)},
                           {"a text that says it is " + name, "unavailable/body: response body",
                            with("just a text")},
                           {"nothing at all as " + name, "= ", with("")}});
  }
  const std::string gzip = support::compressed(Encoding::gzip, "whole");
  const std::string is_gzip = "Content-Encoding: gzip\r\n";
  // The magic number, and a descriptor that asks for a window of 128 MiB.
  const std::string wide("\x28\xb5\x2f\xfd\x00\x88\x01\x00\x00", 9);
  const std::string is_zstd = "Content-Encoding: zstd\r\n";
  all.insert(
      all.end(),
      {{"gzip in two members", "= wholewhole", says(answer(gzip + gzip, "200 OK", is_gzip))},
       {"gzip with something after it", "= whole",
        says(answer(gzip + "garbage", "200 OK", is_gzip))},
       {"a window of 128 MiB", "exhausted/body: 8 MiB", says(answer(wide, "200 OK", is_zstd))},
       {"a window of 128 MiB in the second frame", "exhausted/body: window",
        says(answer(support::compressed(Encoding::zstd, "first") + wide, "200 OK", is_zstd))},
       {"four layers of compression", "exhausted/headers: 4 times over",
        says(answer("x", "200 OK", "Content-Encoding: gzip, gzip, gzip, gzip\r\n"))},
       {"a hundred layers of compression", "exhausted/headers: times over",
        says(answer(
            "x", "200 OK",
            "Content-Encoding: gzip" +
                [] {
                  std::string more;
                  for (int i = 1; i < 100; ++i) more += ", gzip";
                  return more;
                }() +
                "\r\n"))},
       {"compressed, and stalls", "deadline/body: reading",
        says_and_stalls(support::head_for(1000, is_gzip) + gzip.substr(0, 12)), within(kShort)}});
}

// Compressed data that says nothing, however much there is of it.
struct Idle {
  std::string name;
  std::string coding;
  std::string begin;
  std::string unit;  // again and again
};

std::vector<Idle> idle_streams() {
  const std::string zlib_block("\x00\x00\x00\xff\xff", 5);  // stored, of no bytes
  return {
      {"empty gzip members", "gzip", "", support::compressed(Encoding::gzip, "")},
      {"an endless name in gzip's head", "gzip",
       std::string("\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03", 10), "name"},
      {"empty blocks of deflate", "deflate", "\x78\x01", zlib_block},
      {"empty blocks of raw deflate", "deflate", zlib_block, zlib_block},
      {"empty blocks of brotli", "br", "\x0c", "\x06"},
      {"empty zstd frames", "zstd", "", support::compressed(Encoding::zstd, "")},
      {"skippable zstd frames", "zstd", "", std::string("\x50\x2a\x4d\x18\x00\x00\x00\x00", 8)},
  };
}

void add_idle_compression(Cases& all) {
  const std::string stated = "exhausted/body: next to nothing";
  for (const Idle& idle : idle_streams()) {
    std::string block;
    while (block.size() < 64 * 1024) block += idle.unit;
    const auto head = [](const std::string& codings) {
      return kHead + "Content-Encoding: " + codings + "\r\n\r\n";
    };
    all.push_back(
        {idle.name + " without end", stated, repeats(head(idle.coding) + idle.begin, block)});
    for (const Encoding outer : {Encoding::gzip, Encoding::br, Encoding::zstd}) {
      const std::string name(support::name_of(outer));
      std::string whole = idle.begin;
      while (whole.size() < (32U << 20)) whole += block;
      const std::string bytes = support::compressed(outer, whole);
      all.push_back(
          {idle.name + " within " + name, stated, says(head(idle.coding + ", " + name) + bytes)});
      all.push_back({idle.name + " within " + name + " within gzip", stated,
                     says(head(idle.coding + ", " + name + ", gzip") +
                          support::compressed(Encoding::gzip, bytes))});
    }
  }
}

void add_redirects(Cases& all) {
  const auto to = [](const std::string& location, const std::string& status = "302 Found") {
    return "HTTP/1.1 " + status + "\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
  };
  const std::string nowhere = "unavailable/protocol: redirects to where nobody can follow";
  all.insert(
      all.end(),
      {{"a redirect to itself", "exhausted/protocol: more than 10 redirects", says(to("?again"))},
       {"a redirect to another scheme", "denied/policy: ftp", says(to("ftp://127.0.0.1/"))},
       {"a redirect to a file", "denied/policy: file", says(to("file:///etc/passwd"))},
       {"a redirect to gopher", "denied/policy: gopher", says(to("gopher://127.0.0.1:25/_HELO"))},
       {"a redirect to a port out of range", nowhere, says(to("http://127.0.0.1:99999/"))},
       {"a redirect with one slash", nowhere, says(to("http:/127.0.0.1/"))},
       {"a redirect to an empty host", nowhere, says(to("http://"))},
       {"a redirect to nowhere", "= here", says(answer("here", "302 Found"))},
       {"a redirect to where nobody listens", "unavailable/connect: connection refused",
        says(to("http://127.0.0.1:9/"))},
       {"a redirect to a name that does not exist", "unavailable/dns: cannot resolve",
        says(to("http://no-such-name.invalid/"))},
       {"a redirect with an endless body", "unavailable/connect: connection refused",
        repeats("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n",
                support::line_block())},
       {"a redirect with a body that stalls", "unavailable/connect: connection refused",
        says_and_stalls("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n"
                        "Content-Length: 9\r\n\r\n1234")},
       {"a redirect that nobody asked to follow", "= ", says(to("file:///etc/passwd")),
        [](HttpRequest& r) { r.follow_redirects = false; }}});
}

void add_tls(Cases& all) {
  const std::string hello(300, '\x16');
  all.insert(
      all.end(),
      {{"a certificate nobody vouches for", "unavailable/tls: is not trusted", says(answer("x")),
        &without_trust, kSecured},
       {"a handshake that stalls", "deadline/tls: waiting for the TLS handshake",
        says_and_stalls(""),
        [](HttpRequest& r) {
          over_tls(r);
          r.connect_timeout = kShort;
        },
        kEarly},
       {"a handshake that is broken off", "unavailable/tls: no TLS connection", says(""), &over_tls,
        kEarly},
       {"a handshake that is reset", "unavailable/tls: no TLS connection",
        [](Connection& peer) {
          peer.read_bytes(10);
          peer.reset();
        },
        &over_tls, kEarly},
       {"plain HTTP where TLS is spoken", "unavailable/tls: no TLS connection", says(answer("x")),
        &over_tls, kEarly},
       {"garbage for a handshake", "unavailable/tls: no TLS connection", says(hello), &over_tls,
        kEarly},
       {"an endless handshake", "unavailable/tls: no TLS connection",
        repeats("", std::string(1000, '\x16')), &over_tls, kEarly},
       {"stalls over TLS", "deadline/headers: waiting", says_and_stalls(""), within(kShort),
        kSecured},
       {"closes over TLS",
        "unavailable/headers: before it answered",
        [](Connection& peer) { peer.close(); },
        {},
        kSecured},
       {"resets over TLS", "unavailable/headers: ", says_and_resets(""), {}, kSecured},
       {"a body cut short over TLS",
        "unavailable/body: ",
        says_and_resets(support::head_for(9)),
        {},
        kSecured},
       // Without the farewell of TLS nobody knows whether that was all.
       {"an end over TLS that anybody may have made",
        "unavailable/body: ",
        says("HTTP/1.1 200 OK\r\n\r\nall?"),
        {},
        kSecured},
       {"an end over TLS that is one",
        "= all",
        [](Connection& peer) {
          peer.send("HTTP/1.1 200 OK\r\n\r\nall");
          peer.close();
        },
        {},
        kSecured},
       {"an endless body over TLS", "exhausted/body: larger than 1048576 bytes",
        repeats("HTTP/1.1 200 OK\r\n\r\n", support::line_block()), at_most(1 << 20), kSecured}});
}

}  // namespace

const std::vector<Hostile>& hostile_catalogue() {
  static const Cases all = [] {
    Cases made;
    add_silence(made);
    add_heads(made);
    add_lengths(made);
    add_chunks(made);
    add_bodies(made);
    add_compression(made);
    add_idle_compression(made);
    add_redirects(made);
    add_tls(made);
    return made;
  }();
  return all;
}

}  // namespace millrace
