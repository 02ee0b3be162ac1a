// Random workflows as plans, and what a run of simulations is told from outside.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "function/registry.h"
#include "simulation/random_workflow.h"
#include "support/environment.h"
#include "workflow/plan.h"
#include "workflow/read.h"

namespace millrace::simulation {

using support::from_environment;

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
