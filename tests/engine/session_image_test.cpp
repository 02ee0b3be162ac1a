#include "engine/session_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/random.h"
#include "value/error_facts.h"
#include "value/json.h"

namespace millrace {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;

SessionImage full_image() {
  SessionImage image;
  image.began = WallTime(seconds(1'800'000'000));
  image.limit = Limit{hours(2), "option --timeout"};
  image.depth = 3;
  image.caller = SessionOptions::Caller{7, 9, false};
  image.kept = hours(24);
  image.facts = {{"invoker", Value::text("ann")},
                 {"request", Value::reader(make_ref<TextReader>("a body"))}};
  image.frontier = std::string("\0frontier", 9);
  image.readers = {{.kept = StoredReader::Kept::inside, .text = "text", .body = 0, .chunks = 0},
                   {.kept = StoredReader::Kept::in_chunks, .text = {}, .body = 2, .chunks = 300},
                   {.kept = StoredReader::Kept::lost, .text = "gone", .body = 0, .chunks = 0},
                   {.kept = StoredReader::Kept::again,
                    .call = std::make_shared<RepeatableCall>(RepeatableCall{
                        .session = 7,
                        .execution = 5,
                        .workflow = "w",
                        .step = "1",
                        .ref = "httpRequestSend",
                        .arguments = "packed",
                        .result = "body",
                        .identity = "200",
                        .began = WallTime(seconds(1'800'000'001)),
                        .limit = Limit{hours(1), "argument \"timeout\" of step 1"}})}};
  image.last_body = 4;
  image.bodies = {2, 3};
  return image;
}

std::string written(const SessionImage& image) {
  return write_image(image, *pack_facts(image.facts));
}

SessionOutcome full_outcome() {
  SessionOutcome outcome;
  outcome.vars = {{"n", Value::integer(4)}};
  outcome.error = Error(ErrorKind::unavailable, "no answer")
                      .in_phase("headers")
                      .with(std::make_shared<ErrorFacts>(Dict{{"status", Value::integer(503)}}))
                      .caused_by(Error(ErrorKind::deadline, "too late"));
  outcome.step = "12";
  outcome.elapsed = seconds(5);
  return outcome;
}

TEST(SessionImage, ComesBackAsItWas) {
  const SessionImage image = full_image();
  auto back = read_image(written(image));
  ASSERT_TRUE(back) << back.error().to_line();
  EXPECT_EQ(back->began, image.began);
  EXPECT_EQ(back->limit->length, hours(2));
  EXPECT_EQ(back->limit->setter, "option --timeout");
  EXPECT_EQ(back->depth, 3U);
  EXPECT_EQ(back->caller->session, 7U);
  EXPECT_EQ(back->caller->execution, 9U);
  EXPECT_FALSE(back->caller->waits);
  EXPECT_EQ(back->kept, Nanos(hours(24)));
  EXPECT_EQ(back->frontier, image.frontier);
  EXPECT_EQ(back->facts.find("invoker")->as_text(), "ann");
  // Of a stream that came with the facts the beginning is kept.
  EXPECT_EQ(**back->facts.find("request")->as_reader()->drained(), "a body");
  ASSERT_EQ(back->readers.size(), 4U);
  EXPECT_EQ(back->readers[0].text, "text");
  EXPECT_EQ(back->readers[1].kept, StoredReader::Kept::in_chunks);
  EXPECT_EQ(back->readers[1].chunks, 300U);
  EXPECT_EQ(back->readers[2].kept, StoredReader::Kept::lost);
  EXPECT_EQ(back->readers[3].kept, StoredReader::Kept::again);
  const RepeatableCall& call = *back->readers[3].call;
  EXPECT_EQ(std::pair(call.session, call.execution), std::pair(7UL, 5UL));
  EXPECT_EQ(call.workflow + " " + call.step + " " + call.ref + " " + call.arguments,
            "w 1 httpRequestSend packed");
  EXPECT_EQ(call.result + " " + call.identity, "body 200");
  EXPECT_EQ(call.began, WallTime(seconds(1'800'000'001)));
  EXPECT_EQ(call.limit->length, hours(1));
  EXPECT_EQ(call.limit->setter, "argument \"timeout\" of step 1");
  EXPECT_EQ(back->last_body, 4U);
  EXPECT_EQ(back->bodies, (std::vector<std::uint64_t>{2, 3}));
}

// Lines of hexadecimal digits.
std::string golden(const std::string& name) {
  std::ifstream file(MILLRACE_SOURCE_DIR "/tests/engine/golden/" + name);
  std::string bytes;
  std::string line;
  while (std::getline(file, line)) {
    for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
      bytes += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
    }
  }
  return bytes;
}

// What files of users hold: these never change.
TEST(SessionImage, IsAsInTheGoldenFile) {
  EXPECT_EQ(written(full_image()), golden("session-image-2.hex"));
}

// Written before bodies were counted on through restarts: those that it refers to are counted.
TEST(SessionImage, OfAnEarlierReleaseIsRead) {
  auto back = read_image(golden("session-image-1.hex"));
  ASSERT_TRUE(back) << back.error().to_line();
  EXPECT_EQ(back->frontier, full_image().frontier);
  ASSERT_EQ(back->readers.size(), 3U);
  EXPECT_EQ(back->readers[1].chunks, 300U);
  EXPECT_EQ(back->last_body, 2U);
  EXPECT_EQ(back->bodies, (std::vector<std::uint64_t>{2}));
}

TEST(SessionImage, AnOutcomeComesBackAsItWas) {
  auto back = read_outcome(*write_outcome(full_outcome()));
  ASSERT_TRUE(back) << back.error().to_line();
  EXPECT_EQ(back->vars.find("n")->as_integer(), 4);
  EXPECT_EQ(back->error->kind(), ErrorKind::unavailable);
  EXPECT_EQ(back->error->phase(), "headers");
  EXPECT_EQ(back->error->cause()->message(), "too late");
  const auto* facts = dynamic_cast<const ErrorFacts*>(back->error->details().get());
  ASSERT_NE(facts, nullptr);
  EXPECT_EQ(facts->facts.find("status")->as_integer(), 503);
  EXPECT_EQ(back->step, "12");
  EXPECT_EQ(back->elapsed, Nanos(seconds(5)));
}

TEST(SessionImage, AnotherVersionSaysWhatToDo) {
  std::string bytes = written(full_image());
  bytes[0] = 99;
  auto back = read_image(bytes);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().kind(), ErrorKind::invalid);
  EXPECT_THAT(back.error().message(), HasSubstr("use the release that wrote it"));
}

TEST(SessionImage, DamagedBytesDoNoHarm) {
  Random random(3);
  for (const std::string& whole : {written(full_image()), *write_outcome(full_outcome())}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_FALSE(read_image(whole.substr(0, size)));
      EXPECT_FALSE(read_outcome(whole.substr(0, size)));
    }
    for (int i = 0; i < 20'000; ++i) {
      std::string bytes = whole;
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
      (void)read_image(bytes);
      (void)read_outcome(bytes);
    }
  }
}

}  // namespace
}  // namespace millrace
