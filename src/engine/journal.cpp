#include "engine/journal.h"

#include <memory>
#include <utility>

namespace millrace {

Task<Result<void>> written(Scope& scope, std::function<void(Journal::Done)> begin) {
  struct Answer {
    Event told;
    Result<void> result;
  };
  // What comes after the wait has been given up has nobody to go to.
  auto answer = std::make_shared<Answer>();
  begin([answer](Result<void> result) {
    answer->result = std::move(result);
    answer->told.set();
  });
  auto waited = co_await scope.wait(answer->told, "the journal");
  if (!waited) co_return waited.error();
  co_return answer->result;
}

}  // namespace millrace
