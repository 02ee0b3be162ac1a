// Keeps a session in a journal: whoever runs it says when, this says what. Owned by its
// RunningSession.
//
// A record holds all that the session is, so a later one replaces an earlier one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/journal.h"
#include "engine/kept_bodies.h"
#include "engine/session_image.h"
#include "engine/session_machine.h"

namespace millrace {

// The start key of a session that another one begins, at one execution of its step.
std::string child_key(std::uint64_t session, std::uint64_t execution);

class SessionRecorder {
 public:
  // `image` is what stays as it is while the session lives. All outlive it.
  SessionRecorder(Journal& journal, const Clock& clock, std::uint64_t session, std::uint64_t epoch,
                  const Recording& recording, SessionImage image);

  bool is_writing() const { return writing_; }

  // Writes what the machine is now, unless it is writing. `written` is called once it is durable.
  // An error: it is full or its disk is (exhausted, unavailable), another one runs the session
  // (conflict), or it cannot be stored at all.
  using Written = std::function<void(Result<void>)>;
  void write(const SessionMachine& machine, RecordKind kind, Written written);
  // The last record of all; the same errors.
  void write_end(const Plan& plan, const SessionReport& report, Written written);

  // When the session has to be in memory, as the last record says.
  const std::optional<WallTime>& wakes_at() const { return wakes_at_; }
  // Readers of the last frontier that are not in the journal and are to be: it will be long before
  // they are read.
  const std::vector<Ref<Reader>>& unread() const { return unread_; }

  // `readers` stand for those of the record that the session goes on from.
  void restore(const SessionImage& image, const std::vector<Ref<Reader>>& readers) {
    bodies_->restore(image, readers);
  }
  const std::shared_ptr<KeptBodies>& bodies() const { return bodies_; }

 private:
  SessionRecord record_for(const Plan& plan, RecordKind kind) const;
  Result<SessionRecord> record_of(const SessionMachine& machine, RecordKind kind);
  Result<void> add_prompts(const SessionMachine& machine, SessionRecord& record) const;
  std::optional<WallTime> wake_of(const SessionMachine& machine) const;
  StoredReader stored(const Ref<Reader>& reader, RecordKind kind);
  std::set<std::uint64_t> referred() const;

  Journal& journal_;
  const Clock& clock_;
  std::uint64_t session_;
  std::uint64_t epoch_;
  Recording recording_;
  SessionImage image_;
  bool writing_ = false;
  std::optional<std::string> facts_;  // packed, once a record has needed them
  std::shared_ptr<KeptBodies> bodies_;
  std::optional<WallTime> wakes_at_;
  std::vector<Ref<Reader>> unread_;
};

}  // namespace millrace
