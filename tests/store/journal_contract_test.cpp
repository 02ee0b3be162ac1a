// What every journal keeps to, wherever it keeps it.
#include <thread>

#include "store/journals.h"
#include "store/memory/memory_store.h"

namespace millrace {
namespace {

enum class Kind : std::uint8_t { memory, sqlite };

class JournalContract : public testing::TestWithParam<Kind> {
 protected:
  JournalContract() {
    if (GetParam() == Kind::memory) {
      store_ = std::make_unique<MemoryStore>();
    } else {
      store_ = *SqliteStore::open({.path = folder_.file("data.db")});
    }
  }
  void run(std::function<Task<void>(Scope&, Journal&)> body) {
    with_journal(*store_, std::move(body));
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, JournalContract, testing::Values(Kind::memory, Kind::sqlite),
                         [](const auto& parameter) {
                           return parameter.param == Kind::memory ? "memory" : "sqlite";
                         });

std::vector<std::uint64_t> ids_of(const SessionPage& page) {
  std::vector<std::uint64_t> ids;
  for (const StoredSession& stored : page.sessions) ids.push_back(stored.record.session);
  return ids;
}

Task<std::vector<std::uint64_t>> listed(Scope& scope, Journal& journal, SessionQuery query) {
  const auto page = co_await journal.list(scope, std::move(query));
  EXPECT_OK(page);
  co_return page ? ids_of(*page) : std::vector<std::uint64_t>();
}

TEST_P(JournalContract, FindsWhatWasAppended) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    SessionRecord record = session_record(session_id(1));
    record.status = SessionStatus::prompted;
    record.start_key = "key";
    record.prompts = {prompt_record(record.session, 1, 8), prompt_record(record.session, 3, 9)};
    EXPECT_OK(co_await append(scope, journal, record));

    const auto found = co_await journal.find(scope, record.session);
    EXPECT_OK(found);
    EXPECT_EQ(described((**found).record), described(record));
    EXPECT_EQ((**found).attempts, 0U);
    const auto missing = co_await journal.find(scope, record.session + 1);
    EXPECT_OK(missing);
    EXPECT_FALSE(missing->has_value());
  });
}

TEST_P(JournalContract, LaterRecordReplacesTheEarlierOne) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    SessionRecord record = session_record(session_id(1));
    record.status = SessionStatus::prompted;
    record.prompts = {prompt_record(record.session, 1, 8), prompt_record(record.session, 3, 9)};
    EXPECT_OK(co_await append(scope, journal, record));

    record.kind = RecordKind::suspended;
    record.status = SessionStatus::suspended;
    record.epoch = 8;
    record.wake_at = std::nullopt;
    record.definition = nullptr;
    record.payload = "";
    record.prompts = {prompt_record(record.session, 4, 9)};
    EXPECT_OK(co_await append(scope, journal, record));
    const auto found = co_await journal.find(scope, record.session);
    EXPECT_EQ(described((**found).record), described(record));
    const auto prompts = co_await journal.prompts(scope, {});
    EXPECT_EQ(prompts->size(), 1U);

    record.prompts.clear();
    record.kind = RecordKind::outcome;
    EXPECT_OK(co_await append(scope, journal, record));
    EXPECT_TRUE((co_await journal.prompts(scope, {}))->empty());
  });
}

TEST_P(JournalContract, RefusesAnEarlierEpoch) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    SessionRecord record = session_record(session_id(1));
    EXPECT_OK(co_await append(scope, journal, record));
    for (const RecordKind kind : {RecordKind::started, RecordKind::outcome}) {
      SessionRecord late = session_record(record.session);
      late.kind = kind;
      late.epoch = record.epoch - 1;
      late.payload = "of somebody who was replaced";
      const auto refused = co_await append(scope, journal, late);
      EXPECT_FALSE(refused.has_value());
      EXPECT_EQ(refused.error().kind(), ErrorKind::conflict);
      EXPECT_NE(refused.error().message().find(std::to_string(record.session)), std::string::npos);
    }
    const auto found = co_await journal.find(scope, record.session);
    EXPECT_EQ(described((**found).record), described(record));
  });
}

// In one group of commits too: what is refused leaves the others alone.
TEST_P(JournalContract, RefusalLeavesOthersInTheGroupAlone) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    SessionRecord first = session_record(session_id(1));
    first.payload = "second epoch";
    SessionRecord late = session_record(first.session);
    late.epoch = 1;
    SessionRecord other = session_record(session_id(2));
    std::vector<std::string> answers;
    Event all;
    const auto note = [&answers, &all](std::string name) {
      return [&answers, &all, name](const Result<void>& result) {
        answers.push_back(name + (result ? " kept" : " refused"));
        if (answers.size() == 3) all.set();
      };
    };
    journal.append(first, note("first"));
    journal.append(late, note("late"));
    journal.append(other, note("other"));
    EXPECT_OK(co_await scope.wait(all, "answers"));
    EXPECT_EQ(answers, (std::vector<std::string>{"first kept", "late refused", "other kept"}));
    const auto found = co_await journal.find(scope, first.session);
    EXPECT_EQ((**found).record.payload, "second epoch");
    EXPECT_TRUE((co_await journal.find(scope, other.session))->has_value());
  });
}

TEST_P(JournalContract, RecordsOfOneSessionAreAppliedInOrder) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    const std::uint64_t session = session_id(1);
    constexpr int kRecords = 500;
    std::vector<int> answered;
    Event all;
    for (int i = 0; i < kRecords; ++i) {
      SessionRecord record = session_record(session);
      record.kind = i == 0 ? RecordKind::started : RecordKind::outcome;
      // What only the first says stays, however many are written at once.
      record.start_key = i == 0 ? "only the first" : "";
      if (i > 0) record.definition = nullptr;
      record.payload = std::to_string(i);
      journal.append(std::move(record), [&answered, &all, i](const Result<void>& result) {
        EXPECT_OK(result);
        answered.push_back(i);
        if (answered.size() == kRecords) all.set();
      });
    }
    EXPECT_OK(co_await scope.wait(all, "answers"));
    EXPECT_TRUE(std::is_sorted(answered.begin(), answered.end()));
    const auto found = co_await journal.find(scope, session);
    EXPECT_EQ((**found).record.payload, std::to_string(kRecords - 1));
    EXPECT_EQ((**found).record.start_key, "only the first");
    EXPECT_EQ(*co_await journal.find_start(scope, "only the first"), session);
    EXPECT_OK(co_await journal.definition(scope, "hash of orders"));
  });
}

TEST_P(JournalContract, StartKeyBelongsToOneSession) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    SessionRecord first = session_record(session_id(1));
    first.start_key = "order 17";
    EXPECT_OK(co_await append(scope, journal, first));
    EXPECT_OK(co_await append(scope, journal, first));  // the same again is the same
    SessionRecord second = session_record(session_id(2));
    second.start_key = "order 17";
    const auto refused = co_await append(scope, journal, second);
    EXPECT_EQ(refused.error().kind(), ErrorKind::conflict);
    EXPECT_FALSE((co_await journal.find(scope, second.session))->has_value());
    EXPECT_EQ(*co_await journal.find_start(scope, "order 17"), first.session);
    EXPECT_FALSE((co_await journal.find_start(scope, "order 18"))->has_value());

    // As long as the session is kept, and no longer.
    SessionRecord ended = ended_record(first.session, SessionStatus::completed, kToday);
    EXPECT_OK(co_await append(scope, journal, ended));
    EXPECT_EQ(*co_await journal.find_start(scope, "order 17"), first.session);
    EXPECT_EQ(*co_await journal.purge(scope, kToday), 1U);
    EXPECT_FALSE((co_await journal.find_start(scope, "order 17"))->has_value());
    EXPECT_OK(co_await append(scope, journal, second));
  });
}

TEST_P(JournalContract, DefinitionStaysAsLongAsSomebodyRefersToIt) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    SessionRecord unknown = session_record(session_id(1));
    unknown.definition = nullptr;
    const auto refused = co_await append(scope, journal, unknown);
    EXPECT_EQ(refused.error().kind(), ErrorKind::bug);
    EXPECT_FALSE((co_await journal.find(scope, unknown.session))->has_value());

    SessionRecord first = session_record(session_id(1));
    EXPECT_OK(co_await append(scope, journal, first));
    EXPECT_EQ(*co_await journal.definition(scope, "hash of orders"), "the definition of orders");
    SessionRecord second = session_record(session_id(2));
    second.definition = nullptr;
    EXPECT_OK(co_await append(scope, journal, second));

    // The first goes on with a mended one, the second is purged.
    first.plan = "hash of mended orders";
    first.definition = std::make_shared<const std::string>("mended");
    first.kind = RecordKind::outcome;
    EXPECT_OK(co_await append(scope, journal, first));
    EXPECT_OK(co_await journal.definition(scope, "hash of orders"));
    EXPECT_OK(co_await append(scope, journal,
                              ended_record(second.session, SessionStatus::failed, kToday)));
    EXPECT_OK(co_await journal.definition(scope, "hash of orders"));
    EXPECT_EQ(*co_await journal.purge(scope, kToday), 1U);
    const auto gone = co_await journal.definition(scope, "hash of orders");
    EXPECT_EQ(gone.error().kind(), ErrorKind::not_found);
    EXPECT_EQ(*co_await journal.definition(scope, "hash of mended orders"), "mended");

    // And comes again.
    EXPECT_OK(co_await append(scope, journal, session_record(session_id(3))));
    EXPECT_OK(co_await journal.definition(scope, "hash of orders"));
  });
}

TEST_P(JournalContract, ListsByWhatIsAskedFor) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    constexpr int kSessions = 70;
    for (int i = 0; i < kSessions; ++i) {
      SessionRecord record = session_record(session_id(i));
      record.status = static_cast<SessionStatus>(i % 7);
      record.workflow_id = static_cast<std::uint64_t>(i % 2);
      record.created_by = static_cast<std::uint64_t>(i % 5);
      EXPECT_OK(co_await append(scope, journal, record));
    }
    const auto expect = [](auto wanted) {
      std::vector<std::uint64_t> ids;
      for (int i = kSessions; i-- > 0;) {
        if (wanted(i)) ids.push_back(session_id(i));
      }
      return ids;
    };
    EXPECT_EQ(co_await listed(scope, journal, {}), expect([](int) { return true; }));
    using enum SessionStatus;
    EXPECT_EQ(co_await listed(scope, journal, {.statuses = {prompted, suspended, prompted}}),
              expect([](int i) { return i % 7 == 1 || i % 7 == 2; }));
    EXPECT_EQ(co_await listed(scope, journal, {.statuses = {completed, failed}}),
              expect([](int i) { return i % 7 == 3 || i % 7 == 4; }));
    EXPECT_EQ(co_await listed(scope, journal, {.workflow_id = 1}),
              expect([](int i) { return i % 2 == 1; }));
    EXPECT_EQ(co_await listed(scope, journal, {.created_by = 3}),
              expect([](int i) { return i % 5 == 3; }));
    EXPECT_EQ(co_await listed(scope, journal,
                              {.created_from = kToday + milliseconds(10),
                               .created_before = kToday + milliseconds(12)}),
              expect([](int i) { return i == 10 || i == 11; }));
    EXPECT_EQ(co_await listed(scope, journal,
                              {.statuses = {quarantined, canceled},
                               .workflow_id = 1,
                               .created_by = 2,
                               .created_before = kToday + milliseconds(60)}),
              expect([](int i) {
                return (i % 7 == 6 || i % 7 == 5) && i % 2 == 1 && i % 5 == 2 && i < 60;
              }));
    EXPECT_TRUE((co_await listed(scope, journal, {.limit = 0})).empty());
  });
}

TEST_P(JournalContract, PagesMeetEachSessionOnce) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    std::vector<std::uint64_t> all;
    for (int i = 0; i < 25; ++i) {
      SessionRecord record = session_record(session_id(i));
      record.prompts = {prompt_record(record.session, 1, 8)};
      EXPECT_OK(co_await append(scope, journal, record));
      all.push_back(record.session);
    }
    for (const bool oldest_first : {true, false}) {
      SessionQuery query{.statuses = {SessionStatus::started}, .oldest_first = oldest_first};
      query.limit = 5;
      query.with_payload = oldest_first;
      std::vector<std::uint64_t> met;
      int pages = 0;
      do {
        const auto page = co_await journal.list(scope, query);
        EXPECT_OK(page);
        EXPECT_EQ(page->sessions.size(), 5U);
        for (const StoredSession& stored : page->sessions) {
          met.push_back(stored.record.session);
          EXPECT_EQ(stored.record.payload.empty(), !oldest_first);
          EXPECT_EQ(stored.record.prompts.empty(), !oldest_first);
          EXPECT_EQ(stored.record.summary, session_record(1).summary);
        }
        query.after = page->next;
      } while (++pages < 10 && query.after != 0);
      EXPECT_EQ(pages, 5);
      if (!oldest_first) std::reverse(met.begin(), met.end());
      EXPECT_EQ(met, all);
    }
  });
}

TEST_P(JournalContract, WakesInOrderOfTime) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    // Two wake at each second, later sessions earlier; some never do.
    std::vector<Waking> all;
    for (int i = 0; i < 20; ++i) {
      SessionRecord record = session_record(session_id(i));
      record.kind = RecordKind::suspended;
      record.status = SessionStatus::suspended;
      record.wake_at = kToday + seconds(10 - i / 2);
      if (i % 5 == 0) record.wake_at = std::nullopt;
      if (record.wake_at) all.push_back({*record.wake_at, record.session});
      EXPECT_OK(co_await append(scope, journal, record));
    }
    SessionRecord ended = ended_record(session_id(30), SessionStatus::completed, kToday);
    ended.wake_at = kToday;
    EXPECT_OK(co_await append(scope, journal, ended));
    std::sort(all.begin(), all.end());

    std::vector<Waking> met;
    for (;;) {
      const Waking after = met.empty() ? Waking() : met.back();
      const auto due = co_await journal.waking(scope, kToday + seconds(100), after, 3);
      EXPECT_OK(due);
      if (due->empty() || met.size() > all.size()) break;
      met.insert(met.end(), due->begin(), due->end());
    }
    EXPECT_EQ(met, all);
    const auto early = co_await journal.waking(scope, kToday + seconds(2), {}, 100);
    EXPECT_EQ(early->size(), 2U);
    EXPECT_EQ((*early)[0].at, kToday + seconds(1));
  });
}

TEST_P(JournalContract, ListsPromptsOfAnOwnerAndOfASession) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    for (int i = 0; i < 6; ++i) {
      SessionRecord record = session_record(session_id(i));
      // Not in order of their states.
      for (const std::uint64_t state : {5, 2, 9}) {
        record.prompts.push_back(prompt_record(record.session, state, state % 2));
      }
      EXPECT_OK(co_await append(scope, journal, record));
    }
    const auto all = co_await journal.prompts(scope, {});
    EXPECT_OK(all);
    EXPECT_EQ(all->size(), 18U);
    EXPECT_EQ(described((*all)[0]), described(prompt_record(session_id(0), 2, 0)));
    const auto owned = co_await journal.prompts(scope, {.owner = 1, .session = session_id(2)});
    EXPECT_EQ(owned->size(), 2U);
    EXPECT_EQ(described((*owned)[1]), described(prompt_record(session_id(2), 9, 1)));

    PromptQuery query{.owner = 1};
    query.limit = 5;
    std::size_t met = 0;
    for (;;) {
      const auto page = co_await journal.prompts(scope, query);
      if (page->empty() || met > 18) break;
      met += page->size();
      query.after_session = page->back().session;
      query.after_state = page->back().state;
    }
    EXPECT_EQ(met, 12U);
  });
}

TEST_P(JournalContract, CountsByStatus) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    for (int i = 0; i < 10; ++i) {
      EXPECT_OK(co_await append(scope, journal, session_record(session_id(i))));
    }
    for (int i = 0; i < 4; ++i) {
      const auto status = i == 0 ? SessionStatus::failed : SessionStatus::completed;
      EXPECT_OK(co_await append(scope, journal, ended_record(session_id(i), status, kToday)));
    }
    EXPECT_EQ(*co_await journal.count(scope), (SessionCounts{6, 0, 0, 1, 3, 0, 0}));
    EXPECT_EQ(*co_await journal.purge(scope, kToday), 4U);
    EXPECT_EQ(*co_await journal.count(scope), (SessionCounts{6, 0, 0, 0, 0, 0, 0}));
  });
}

Task<Result<void>> put_chunk(Scope& scope, Journal& journal, ChunkPlace place, std::string bytes) {
  std::function<void(Journal::Done)> begin = [&journal, place, &bytes](Journal::Done done) {
    journal.put_chunk(place, std::move(bytes), std::move(done));
  };
  co_return co_await written_later(scope, std::move(begin));
}

TEST_P(JournalContract, KeepsBodiesInChunks) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    const std::uint64_t first = session_id(1);
    const std::uint64_t second = session_id(2);
    for (const std::uint64_t session : {first, second}) {
      EXPECT_OK(co_await append(scope, journal, session_record(session)));
      for (std::uint64_t body = 0; body < 2; ++body) {
        for (std::uint64_t number = 0; number < 40; ++number) {
          EXPECT_OK(co_await put_chunk(scope, journal, {session, body, number},
                                       std::string(1000, static_cast<char>(number))));
        }
      }
    }
    EXPECT_EQ(**co_await journal.chunk(scope, {first, 1, 7}), std::string(1000, 7));
    EXPECT_FALSE((co_await journal.chunk(scope, {first, 1, 40}))->has_value());
    EXPECT_OK(co_await put_chunk(scope, journal, {first, 1, 7}, ""));
    EXPECT_EQ(**co_await journal.chunk(scope, {first, 1, 7}), "");

    std::function<void(Journal::Done)> drop = [&journal, first](Journal::Done done) {
      journal.drop_body(first, 1, std::move(done));
      journal.put_chunk({first, 1, 41}, "of the next body",
                        [](const Result<void>& result) { EXPECT_OK(result); });
    };
    EXPECT_OK(co_await written_later(scope, drop));
    EXPECT_OK(co_await append(scope, journal, session_record(first)));  // behind both
    EXPECT_EQ(**co_await journal.chunk(scope, {first, 1, 41}), "of the next body");
    for (std::uint64_t number = 0; number < 40; ++number) {
      EXPECT_FALSE((co_await journal.chunk(scope, {first, 1, number}))->has_value());
    }
    EXPECT_TRUE((co_await journal.chunk(scope, {first, 0, 39}))->has_value());

    // Another body may have the number of one that is gone, however much of that is still there.
    EXPECT_OK(co_await put_chunk(scope, journal, {first, 1, 7}, "another"));
    EXPECT_EQ(**co_await journal.chunk(scope, {first, 1, 7}), "another");
    EXPECT_OK(co_await scope.sleep_for(milliseconds(50), "the rest to be removed"));
    EXPECT_EQ(**co_await journal.chunk(scope, {first, 1, 7}), "another");
    EXPECT_FALSE((co_await journal.chunk(scope, {first, 1, 8}))->has_value());

    // They go with the session's end, but a person may still want to look at a quarantined one.
    EXPECT_OK(
        co_await append(scope, journal, ended_record(first, SessionStatus::completed, kToday)));
    EXPECT_FALSE((co_await journal.chunk(scope, {first, 0, 0}))->has_value());
    EXPECT_OK(
        co_await append(scope, journal, ended_record(second, SessionStatus::quarantined, kToday)));
    EXPECT_TRUE((co_await journal.chunk(scope, {second, 0, 0}))->has_value());
    EXPECT_EQ(*co_await journal.purge(scope, kToday), 2U);
    EXPECT_FALSE((co_await journal.chunk(scope, {second, 0, 0}))->has_value());
  });
}

TEST_P(JournalContract, CountsAttemptsUntilTheyAreCleared) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    const std::uint64_t first = session_id(1);
    const std::uint64_t second = session_id(2);
    EXPECT_OK(co_await append(scope, journal, session_record(first)));
    EXPECT_OK(co_await append(scope, journal, session_record(second)));
    const auto count = [&journal](std::vector<std::uint64_t> sessions) {
      return [&journal, sessions](Journal::Done done) {
        journal.count_attempts(sessions, std::move(done));
      };
    };
    std::function<void(Journal::Done)> both = count({first, second, session_id(99)});
    std::function<void(Journal::Done)> one = count({first});
    EXPECT_OK(co_await written_later(scope, both));
    EXPECT_OK(co_await written_later(scope, one));
    // No record takes them back: one that is written before each crash would go on for ever.
    SessionRecord record = session_record(first);
    record.kind = RecordKind::intent;
    EXPECT_OK(co_await append(scope, journal, record));
    EXPECT_EQ((**co_await journal.find(scope, first)).attempts, 2U);
    EXPECT_EQ((**co_await journal.find(scope, second)).attempts, 1U);
    std::function<void(Journal::Done)> clear = [&journal, first](Journal::Done done) {
      journal.clear_attempts({first}, std::move(done));
    };
    EXPECT_OK(co_await written_later(scope, clear));
    EXPECT_EQ((**co_await journal.find(scope, first)).attempts, 0U);
    EXPECT_EQ((**co_await journal.find(scope, second)).attempts, 1U);
    EXPECT_FALSE((co_await journal.find(scope, session_id(99)))->has_value());
  });
}

TEST_P(JournalContract, PurgesWhatIsPastItsTimeAndNothingElse) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    constexpr int kSessions = 1000;
    std::size_t kept = 0;
    Event all;
    for (int i = 0; i < kSessions; ++i) {
      SessionRecord record =
          ended_record(session_id(i), SessionStatus::completed, kToday + seconds(i));
      if (i % 10 == 0) record.purge_at = std::nullopt;  // for ever
      if (i % 3 == 0) record.prompts = {prompt_record(record.session, 1, 1)};
      journal.append(std::move(record), [&kept, &all](const Result<void>& result) {
        EXPECT_OK(result);
        if (++kept == kSessions) all.set();
      });
    }
    EXPECT_OK(co_await scope.wait(all, "answers"));
    EXPECT_OK(co_await append(scope, journal, session_record(session_id(kSessions))));
    EXPECT_EQ(*co_await journal.purge(scope, kToday - seconds(1)), 0U);
    EXPECT_EQ(*co_await journal.purge(scope, kToday + seconds(599)), 540U);
    EXPECT_EQ(*co_await journal.purge(scope, kToday + seconds(599)), 0U);
    EXPECT_FALSE((co_await journal.find(scope, session_id(599)))->has_value());
    EXPECT_TRUE((co_await journal.find(scope, session_id(590)))->has_value());
    EXPECT_TRUE((co_await journal.find(scope, session_id(601)))->has_value());
    EXPECT_EQ(*co_await journal.purge(scope, kToday + seconds(5000)), 360U);
    EXPECT_EQ(*co_await journal.count(scope), (SessionCounts{1, 0, 0, 0, 100, 0, 0}));
    const auto prompts = co_await journal.prompts(scope, {.limit = 1000});
    EXPECT_EQ(prompts->size(), 34U);
  });
}

TEST_P(JournalContract, StoppingAScopeEndsItsQuestion) {
  run([](Scope& scope, Journal& journal) -> Task<void> {
    Scope asking(scope, "asking");
    asking.cancel(StopCause::user, "enough");
    const auto found = co_await journal.find(asking, session_id(1));
    EXPECT_FALSE(found.has_value());
    EXPECT_EQ(found.error().kind(), ErrorKind::canceled);
    co_await asking.close();
  });
}

TEST_P(JournalContract, ShardsShareAStore) {
  constexpr int kShards = 3;
  constexpr int kSessions = 300;
  std::vector<std::thread> threads;
  for (int shard = 0; shard < kShards; ++shard) {
    threads.emplace_back([this, shard] {
      run([shard](Scope& scope, Journal& journal) -> Task<void> {
        const auto thread = std::this_thread::get_id();
        int kept = 0;
        Event all;
        for (int i = 0; i < kSessions; ++i) {
          const std::uint64_t session = session_id(i * kShards + shard);
          journal.append(session_record(session),
                         [&kept, &all, thread](const Result<void>& result) {
                           EXPECT_OK(result);
                           EXPECT_EQ(std::this_thread::get_id(), thread);
                           if (++kept == kSessions) all.set();
                         });
          if (i % 50 == 0) EXPECT_OK(co_await journal.find(scope, session));
        }
        EXPECT_OK(co_await scope.wait(all, "answers"));
        EXPECT_TRUE((co_await journal.find(scope, session_id(shard)))->has_value());
      });
    });
  }
  for (std::thread& thread : threads) thread.join();
  run([](Scope& scope, Journal& journal) -> Task<void> {
    EXPECT_EQ((*co_await journal.count(scope))[0], std::uint64_t{kShards * kSessions});
  });
}

// The shard goes on, and goes, while answers are on their way.
TEST_P(JournalContract, AnswersNothingOnceItIsGone) {
  Shard shard;
  bool answered = false;
  for (int i = 0; i < 20; ++i) {
    run_on(shard, [this, &shard, &answered, i](Scope& scope) -> Task<void> {
      std::unique_ptr<Journal> journal = store_->journal(shard);
      journal->append(session_record(session_id(i)), [&answered](auto) { answered = true; });
      journal.reset();
      EXPECT_OK(co_await scope.sleep_for(milliseconds(1), "a moment"));
    });
  }
  EXPECT_FALSE(answered);
}

}  // namespace
}  // namespace millrace
