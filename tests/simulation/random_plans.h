// Random workflows as plans, and what a run of simulations is told from outside.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "function/registry.h"
#include "simulation/random_workflow.h"
#include "workflow/plan.h"
#include "workflow/read.h"

namespace millrace::simulation {

inline std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct RandomPlans {
  std::string text;  // the file that they are of
  std::vector<Ref<const Plan>> plans;
};

inline RandomPlans random_plans(std::uint64_t seed) {
  constexpr int kWorkflows = 3;
  Random random(seed);
  RandomPlans made{random_workflows(random, kWorkflows), {}};
  auto document = read_document(made.text, "random.yaml", Format::yaml);
  EXPECT_TRUE(document) << document.error().to_line() << "\n" << made.text;
  if (!document) return made;
  for (const Workflow& workflow : document->workflows) {
    auto plan = compile_plan(workflow, standard_registry());
    EXPECT_TRUE(plan) << plan.error().to_line() << "\n" << made.text;
    if (plan) made.plans.push_back(*plan);
  }
  return made;
}

}  // namespace millrace::simulation
