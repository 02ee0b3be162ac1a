#include "service/workflow_catalog.h"

#include <fmt/format.h>

#include <charconv>

#include "base/listed.h"

namespace millrace {
namespace {

std::optional<std::uint64_t> as_number(std::string_view text, int base = 10) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number, base);
  if (failed != std::errc() || stop != end || number == 0) return std::nullopt;
  return number;
}

}  // namespace

std::uint64_t id_of(const Workflow& workflow) {
  if (const auto given = as_number(workflow.id.text)) return *given;
  // Positive as a signed number, as every ID is.
  const std::string hash = content_hash(workflow.handle.text);
  const std::uint64_t made = as_number(std::string_view(hash).substr(0, 16), 16).value_or(1) >> 1U;
  return made == 0 ? 1 : made;
}

WorkflowCatalog::WorkflowCatalog(const LoadedFiles& files, const Registry& registry)
    : registry_(registry) {
  for (const Document& document : files.documents) {
    for (const Workflow& workflow : document.workflows) {
      all_.push_back(&workflow);
      by_name_.emplace(workflow.handle.text, &workflow);
      if (!workflow.id.empty()) by_name_.emplace(workflow.id.text, &workflow);
      by_id_.emplace(id_of(workflow), &workflow);
    }
  }
}

Result<const Workflow*> WorkflowCatalog::find_workflow(std::string_view workflow) const {
  if (const auto known = by_name_.find(workflow); known != by_name_.end()) return known->second;
  if (const auto id = as_number(workflow)) {
    if (const auto known = by_id_.find(*id); known != by_id_.end()) return known->second;
  }
  std::vector<std::string_view> handles;
  handles.reserve(all_.size());
  for (const Workflow* known : all_) handles.push_back(known->handle.text);
  return Error(ErrorKind::not_found, fmt::format("no workflow \"{}\" in these files; there are: {}",
                                                 workflow, listed(handles)));
}

Result<Ref<const Plan>> WorkflowCatalog::find(std::string_view workflow) {
  MILLRACE_TRY_ASSIGN(found, find_workflow(workflow));
  return plan_of(*found);
}

Result<Ref<const Plan>> WorkflowCatalog::plan_of(const Workflow& workflow) {
  Ref<const Plan>& known = plans_[&workflow];
  if (known) return known;
  auto plan = compile_plan(workflow, registry_);
  if (!plan) return plan.error();
  known = *plan;
  return known;
}

}  // namespace millrace
