// A body that lies in the journal, read from there piece by piece. Stays readable as long as its
// session is stored and alive, and the journal lives.
#pragma once

#include <optional>
#include <string>

#include "engine/journal.h"
#include "engine/piece_reader.h"

namespace millrace {

class StoredBody final : public PieceReader {
 public:
  StoredBody(Journal& journal, std::uint64_t session, std::uint64_t body, std::uint64_t pieces)
      : journal_(journal), session_(session), body_(body), pieces_(pieces) {}

  std::optional<Result<std::string_view>> drained() const override;
  std::size_t bytes_held() const override { return whole_ ? whole_->size() : 0; }
  Task<Result<std::string>> piece(Scope& step, std::uint64_t number) override;
  void adopt(std::string whole) override { whole_ = std::move(whole); }

 private:
  Journal& journal_;
  std::uint64_t session_;
  std::uint64_t body_;
  std::uint64_t pieces_;
  std::optional<std::string> whole_;
};

}  // namespace millrace
