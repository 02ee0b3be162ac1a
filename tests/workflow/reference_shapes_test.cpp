// Definitions in the shapes in which the reference's REST interface answers and its editor exports,
// written by hand after what those give.
#include <gtest/gtest.h>

#include "workflow/difference.h"
#include "workflow/reading.h"
#include "workflow/write.h"

namespace millrace {
namespace {

// GET /workflows/{workflowID}
constexpr std::string_view kAnswer = R"({
  "response": {
    "workflowID": "340256780345671682",
    "handle": "order_reminder",
    "labels": {"team": "sales"},
    "meta": {
      "name": "Order reminder",
      "description": "Writes to who has not paid",
      "visual": {"grid": true, "zoom": 0.85, "notes": [{"at": [12, 40], "text": "ask \"Ann\""}]},
      "subWorkflow": false
    },
    "enabled": true,
    "trace": false,
    "keepSessions": 86400,
    "scope": {"days": {"@value": "14", "@type": "Integer"}, "note": {"@value": null, "@type": "Any"}},
    "steps": [
      {
        "stepID": "7",
        "kind": "iterator",
        "ref": "loopEach",
        "arguments": [{"target": "items", "expr": "orders", "type": "Array"}],
        "results": [{"target": "order", "expr": "item", "type": "Any"}],
        "meta": {"name": "", "description": "", "visual": {
          "id": "7", "value": "Each order", "defaultName": false, "xywh": [320, 80, 200, 80],
          "parent": "1"}},
        "labels": {}
      },
      {
        "stepID": "8",
        "kind": "function",
        "ref": "httpRequestSend",
        "arguments": [
          {"target": "url", "expr": "\"https://shop.example/remind/\" + order.id", "type": "String"},
          {"target": "method", "value": "POST", "type": "String"},
          {"target": "timeout", "value": "10s", "type": "Duration",
           "tests": [{"expr": "true", "error": "never"}]}
        ],
        "results": [{"target": "status", "expr": "statusCode", "type": "Integer"}],
        "meta": {"name": "Remind", "description": "", "visual": {"xywh": [320, 240, 200, 80]}},
        "labels": {}
      },
      {"stepID": "9", "kind": "termination", "ref": "", "arguments": null, "results": null,
       "meta": {"name": "", "description": "", "visual": null}, "labels": {}},
      {"stepID": "10", "kind": "visual", "ref": "swimlane", "arguments": [], "results": [],
       "meta": {"name": "", "description": "", "visual": {"xywh": [0, 0, 900, 700]}}}
    ],
    "paths": [
      {"parentID": "7", "childID": "8",
       "meta": {"name": "", "description": "", "visual": {"points": [], "style": "exitX=0.5"}}},
      {"expr": "", "parentID": "7", "childID": "9", "meta": {"name": "Done", "description": ""}}
    ],
    "issues": [{"culprit": {"step": 1}, "description": "parameter url is required"}],
    "runAs": "340256780345602050",
    "ownedBy": "340256780345602050",
    "createdAt": "2024-03-04T05:06:07Z",
    "createdBy": "340256780345602050",
    "updatedAt": "2024-03-05T05:06:07Z",
    "updatedBy": "340256780345602051",
    "canGrant": true,
    "canUpdateWorkflow": true,
    "canDeleteWorkflow": true,
    "canExecuteWorkflow": true,
    "canManageWorkflowTriggers": true,
    "canManageWorkflowSessions": true
  }
})";

// GET /workflows/
constexpr std::string_view kList = R"({
  "response": {
    "filter": {"workflowID": null, "query": "", "deleted": 0, "disabled": 1, "sort": "handle",
               "limit": 100, "incTotal": true, "total": 2},
    "set": [
      {"workflowID": "1", "handle": "first", "meta": {"name": "First", "description": "",
       "visual": null}, "enabled": true, "trace": false, "keepSessions": 0, "scope": {},
       "steps": [{"stepID": "1", "kind": "debug", "ref": "", "arguments": [], "results": []}],
       "paths": [], "runAs": "0", "ownedBy": "3", "createdAt": "2024-01-01T00:00:00Z",
       "createdBy": "3", "canGrant": true},
      {"workflowID": "2", "handle": "second", "enabled": false, "trace": false, "keepSessions": 0,
       "scope": null, "steps": null, "paths": null, "runAs": "0", "ownedBy": "3",
       "createdAt": "2024-01-01T00:00:00Z", "createdBy": "3", "canGrant": false}
    ]
  }
})";

// The editor's export.
constexpr std::string_view kExport = R"json({
  "workflows": [
    {
      "handle": "nightly_sync",
      "enabled": true,
      "meta": {"name": "Nightly sync", "description": "", "visual": null, "subWorkflow": false},
      "keepSessions": 0,
      "steps": [
        {"stepID": "3", "kind": "expressions", "ref": "",
         "arguments": [{"target": "begin", "expr": "now()", "type": "DateTime"},
                       {"target": "names", "value": ["a", "b"], "type": "Array"}],
         "results": null,
         "meta": {"name": "", "description": "", "visual": {"id": "3", "value": "Begin",
                  "defaultName": true, "parent": "1", "xywh": [40, 40, 200, 80]}},
         "labels": {}},
        {"stepID": "4", "kind": "gateway", "ref": "excl", "arguments": null, "results": null,
         "meta": {"name": "", "description": "", "visual": {"id": "4"}}, "labels": {}},
        {"stepID": "5", "kind": "exec-workflow", "ref": "",
         "arguments": [{"target": "workflow", "value": "340256780345671682", "type": "ID"},
                       {"target": "scope", "expr": "{\"names\": names}", "type": "Vars"}],
         "results": [{"target": "count", "expr": "count", "type": "Integer"}],
         "meta": {"name": "", "description": "", "visual": {"id": "5"}}, "labels": {}},
        {"stepID": "6", "kind": "termination", "ref": "", "arguments": null, "results": null,
         "meta": {"name": "", "description": "", "visual": {"id": "6"}}, "labels": {}}
      ],
      "paths": [
        {"parentID": "3", "childID": "4", "meta": {"name": "", "description": "", "visual": {}}},
        {"expr": "length(names) > 0", "parentID": "4", "childID": "5",
         "meta": {"name": "some", "description": "", "visual": {"id": "11", "value": "some"}}},
        {"parentID": "4", "childID": "6", "meta": {"name": "", "description": ""}}
      ],
      "triggers": [
        {"resourceType": "system", "eventType": "onInterval",
         "constraints": [{"name": "interval", "op": "=", "values": ["0 3 * * *"]}],
         "enabled": true, "stepID": "3",
         "meta": {"description": "", "visual": {"id": "2", "value": "Every night",
                  "xywh": [40, 0, 200, 80],
                  "edges": [{"parentID": "2", "childID": "3", "meta": {"visual": {"id": "7"}}}]}}},
        {"resourceType": "compose:record", "eventType": "afterCreate",
         "constraints": [{"name": "module.handle", "op": "", "values": ["Order"]},
                         {"name": "namespace", "values": ["crm"]}],
         "enabled": false, "stepID": "3", "meta": null}
      ]
    },
    {"handle": "empty", "enabled": false, "meta": {"name": ""}, "keepSessions": 0, "steps": [],
     "paths": []}
  ]
})json";

void expect_kept(const std::vector<Workflow>& workflows) {
  for (const Format format : {Format::yaml, Format::json}) {
    const std::string text = format == Format::yaml ? write_yaml(workflows) : write_json(workflows);
    const auto again = read_document(text, "again", format);
    ASSERT_TRUE(again) << again.error().to_line();
    ASSERT_EQ(again->workflows.size(), workflows.size());
    for (std::size_t i = 0; i < workflows.size(); ++i) {
      EXPECT_EQ(difference(workflows[i], again->workflows[i]), "") << text;
    }
  }
}

TEST(ReferenceShapes, AnAnswerWithOneWorkflow) {
  const Workflow workflow = one_workflow(kAnswer, Format::json);
  EXPECT_EQ(workflow.id.text, "340256780345671682");
  EXPECT_EQ(workflow.handle.text, "order_reminder");
  EXPECT_EQ(workflow.meta->find("visual")->find("zoom")->text(), "0.85");
  EXPECT_EQ(workflow.keep_sessions.text, "86400");
  EXPECT_EQ(workflow.scope->members().size(), 2U);
  ASSERT_EQ(workflow.steps.size(), 4U);
  EXPECT_EQ(workflow.steps[1].arguments[2].tests[0].error.text, "never");
  EXPECT_EQ(workflow.steps[1].arguments[1].value->text(), "POST");
  EXPECT_TRUE(workflow.steps[2].arguments.empty());
  EXPECT_EQ(workflow.paths[1].child.text, "9");
  EXPECT_EQ(workflow.run_as.text, "340256780345602050");
  EXPECT_EQ(workflow.stamps.updated_by.text, "340256780345602051");
  EXPECT_EQ(workflow.others.size(), 6U);  // what the asker may do
  const Verdict verdict = verify(workflow, stand_ins());
  EXPECT_EQ(lines_of(verdict.issues) + lines_of(verdict.warnings), "");
  expect_kept({workflow});
}

TEST(ReferenceShapes, AnAnswerWithASet) {
  const auto document = read_document(kList, "list.json", Format::json);
  ASSERT_TRUE(document) << document.error().to_line();
  ASSERT_EQ(document->workflows.size(), 2U);
  EXPECT_EQ(document->workflows[1].handle.text, "second");
  EXPECT_EQ(document->workflows[1].enabled, false);
  EXPECT_EQ(document->workflows[0].file, "list.json");
  expect_kept(document->workflows);
  const auto none = read_document(R"({"response": {"filter": {}, "set": []}})", "a", Format::json);
  ASSERT_TRUE(none) << none.error().to_line();
  EXPECT_TRUE(none->workflows.empty());
}

TEST(ReferenceShapes, AnExport) {
  const auto document = read_document(kExport, "export.json", Format::json);
  ASSERT_TRUE(document) << document.error().to_line();
  ASSERT_EQ(document->workflows.size(), 2U);
  const Workflow& workflow = document->workflows[0];
  ASSERT_EQ(workflow.triggers.size(), 2U);
  const Trigger& trigger = workflow.triggers[0];
  EXPECT_EQ(trigger.event_type.text, "onInterval");
  EXPECT_EQ(trigger.step_id.text, "3");
  EXPECT_EQ(trigger.constraints->items()[0].find("values")->items()[0].text(), "0 3 * * *");
  EXPECT_EQ(workflow.triggers[1].enabled, false);
  EXPECT_FALSE(workflow.triggers[1].meta);
  const Verdict verdict = verify(workflow, stand_ins());
  EXPECT_EQ(lines_of(verdict.issues) + lines_of(verdict.warnings), "");
  expect_kept(document->workflows);
}

TEST(ReferenceShapes, OtherAnswersAreNoDefinition) {
  const std::string_view expected =
      "file:1:1: this is a map of something else, not a definition: at the top belongs a key "
      "\"workflows\", or the fields of one workflow (\"handle\", \"steps\", \"paths\")";
  for (const char* answer :
       {R"({"error": {"message": "not found"}})", R"({"response": {"sessionID": "1"}})",
        R"({"response": {"set": [{"triggerID": "1"}]}})", R"({"response": "handle"})",
        R"({"response": null})", R"({"success": {"message": "OK"}})"}) {
    EXPECT_EQ(error_of(answer, Format::json), expected) << answer;
  }
}

}  // namespace
}  // namespace millrace
