#include "runner/update_translator.h"
#include "support/test_support.h"

using namespace switchyard;
using runner::UpdateTranslator;

class TestUpdateTranslator : public QObject
{
    Q_OBJECT

    testing::TestRoot m_root;
    int m_attempt = 0;
    std::unique_ptr<runner::Recorder> m_recorder;
    std::unique_ptr<UpdateTranslator> m_translator;
    std::optional<runner::PhaseTracker> m_tracker;
    QList<Event> m_events;

    static QJsonObject json(const char* text) { return QJsonDocument::fromJson(text).object(); }
    void begin(bool ownsFiles)
    {
        const auto task = TaskId::parse(u"a7f3c1").value();
        m_translator.reset();
        m_tracker.emplace();
        m_events.clear();
        ++m_attempt;
        m_recorder = std::make_unique<runner::Recorder>(
            process::Journal::open(m_root.paths.journal(task, m_attempt), task, m_attempt, Clock::system()).value());
        connect(m_recorder.get(), &runner::Recorder::recorded, this, [this](const Event& event) { m_events << event; });
        m_translator = std::make_unique<UpdateTranslator>(*m_recorder, *m_tracker, Clock::system(), ownsFiles);
    }
    QStringList kinds() const
    {
        QStringList list;
        for (const auto& event : m_events)
            list << event.kind;
        return list;
    }

private Q_SLOTS:
    void aCallFromStartToEnd()
    {
        begin(false);
        m_translator->translate(json(
            R"({"sessionUpdate":"tool_call","toolCallId":"1","title":"Preparing file…","kind":"edit","status":"pending","rawInput":{}})"));
        m_translator->translate(json(
            R"({"sessionUpdate":"tool_call_update","toolCallId":"1","title":"Write calc.py","locations":[{"path":"calc.py"}]})"));
        m_translator->translate(json(
            R"({"sessionUpdate":"tool_call_update","toolCallId":"1","status":"completed","content":[{"type":"diff","path":"calc.py","newText":"a\nb\n"}]})"));
        QCOMPARE(kinds(), (QStringList{u"tool.started"_s, u"tool.updated"_s, u"tool.finished"_s, u"file.changed"_s}));
        QCOMPARE(m_events[2].data[u"title"].toString(), u"Write calc.py"_s);
        QCOMPARE(m_events[2].data[u"ok"].toBool(), true);
        QCOMPARE(m_events[3].data[u"added"].toInt(), 2);
        QCOMPARE(m_events[3].data[u"how"].toString(), u"created"_s);
    }
    void commandsOfTheAgentMakeThePhase()
    {
        begin(false);
        m_translator->translate(json(
            R"({"sessionUpdate":"tool_call","toolCallId":"1","title":"Terminal","kind":"execute","status":"pending","rawInput":{}})"));
        m_translator->translate(json(
            R"({"sessionUpdate":"tool_call_update","toolCallId":"1","rawInput":{"command":"python3 -m unittest -q test_calc.py"}})"));
        QCOMPARE(m_tracker->state().phase, TaskPhase::Testing);
        m_translator->translate(json(R"({"sessionUpdate":"tool_call_update","toolCallId":"1","status":"failed"})"));
        QCOMPARE(m_tracker->state().phase, TaskPhase::Fixing);
        m_translator->translate(json(
            R"({"sessionUpdate":"tool_call","toolCallId":"2","title":"pytest -q","kind":"execute","status":"completed"})"));
        QCOMPARE(m_tracker->state().phase, TaskPhase::Testing);
        // How what runs in our terminals ends is told by them.
        begin(true);
        m_translator->translate(json(
            R"({"sessionUpdate":"tool_call","toolCallId":"3","title":"pytest","kind":"execute","status":"failed","rawInput":{"command":"pytest"}})"));
        QCOMPARE(m_tracker->state().phase, TaskPhase::Testing);
    }
    void aPhaseIsToldBeforeWhatBeginsIt_data()
    {
        QTest::addColumn<bool>("ownsFiles");
        QTest::addColumn<QString>("update");
        QTest::addColumn<TaskPhase>("phase");
        const auto row = [](const char* name, bool ownsFiles, const char* update, TaskPhase phase) {
            QTest::newRow(name) << ownsFiles << QString::fromUtf8(update) << phase;
        };
        row("thought", true,
            R"({"sessionUpdate":"agent_thought_chunk","messageId":"m","content":{"type":"text","text":"The"}})",
            TaskPhase::Planning);
        row("edit", true, R"({"sessionUpdate":"tool_call","toolCallId":"1","title":"Edit a.py","kind":"edit"})",
            TaskPhase::Coding);
        for (const bool ownsFiles : {false, true})
            row(ownsFiles ? "command of ours" : "command of the agent", ownsFiles,
                R"({"sessionUpdate":"tool_call","toolCallId":"1","title":"Bash","kind":"execute","rawInput":{"command":"pytest -q"}})",
                TaskPhase::Testing);
    }
    void aPhaseIsToldBeforeWhatBeginsIt()
    {
        QFETCH(bool, ownsFiles);
        QFETCH(QString, update);
        begin(ownsFiles);
        std::optional<TaskPhase> first;
        connect(m_translator.get(), &UpdateTranslator::progressed, this, [&] {
            if (!first) {
                first = m_tracker->state().phase;
                QVERIFY(m_events.isEmpty());
            }
        });
        m_translator->translate(json(update.toUtf8().constData()));
        QTRY_COMPARE(m_events.size(), 1); // text is collected for a moment
        QTEST(first.value_or(TaskPhase::Init), "phase");
    }
    void ownFilesAreNotCountedTwice()
    {
        begin(true);
        m_translator->translate(json(
            R"({"sessionUpdate":"tool_call","toolCallId":"1","title":"w","kind":"edit","status":"completed","content":[{"type":"diff","path":"x","newText":"a\n"}]})"));
        QVERIFY(!kinds().contains(u"file.changed"_s));
    }
    void whatNobodyEndedFails()
    {
        begin(false);
        m_translator->translate(
            json(R"({"sessionUpdate":"tool_call","toolCallId":"9","title":"Shell","kind":"execute"})"));
        m_translator->closeOpenCalls(u"rejected"_s);
        QCOMPARE(m_events.last().kind, u"tool.finished"_s);
        QCOMPARE(m_events.last().data[u"ok"].toBool(), false);
        QCOMPARE(m_events.last().data[u"error"].toString(), u"rejected"_s);
    }
    void unknownKindsAreKeptRaw()
    {
        begin(false);
        m_translator->translate(json(R"({"sessionUpdate":"weather","sun":true})"));
        m_translator->translate(
            json(R"({"sessionUpdate":"tool_call_update","toolCallId":"gone","status":"completed"})"));
        QCOMPARE(kinds(), (QStringList{u"agent.update"_s, u"agent.update"_s}));
        QCOMPARE(m_events[0].data[u"update"].toObject()[u"sun"].toBool(), true);
    }
    void stepsComeFromTheAgentWhereItCounts()
    {
        begin(true);
        QList<std::pair<int, int>> steps;
        connect(m_translator.get(), &UpdateTranslator::stepped, this,
                [&](int step, int all) { steps.append({step, all}); });
        m_translator->translate(json(
            R"({"sessionUpdate":"usage_update","used":1,"size":2,"_meta":{"switchyard":{"step":3,"steps":50,"usage":{"input":10}}}})"));
        m_translator->translate(json(R"({"sessionUpdate":"tool_call","toolCallId":"1","title":"x"})"));
        QCOMPARE(steps, (QList<std::pair<int, int>>{{3, 50}}));
    }
    void everyKindOfUpdate_data()
    {
        QTest::addColumn<QByteArray>("update");
        QTest::addColumn<QString>("kind");
        const auto row = [](const char* name, const char* json, const char* kind) {
            QTest::newRow(name) << QByteArray(json) << QString::fromLatin1(kind);
        };
        row("message", R"({"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"hi"}})",
            "agent.message");
        row("thought", R"({"sessionUpdate":"agent_thought_chunk","content":{"type":"text","text":"hm"}})",
            "agent.thought");
        row("a picture in a message",
            R"({"sessionUpdate":"agent_message_chunk","content":{"type":"image","data":"","mimeType":"image/png"}})",
            "agent.message");
        row("plan", R"({"sessionUpdate":"plan","entries":[]})", "agent.plan");
        row("tool call", R"({"sessionUpdate":"tool_call","toolCallId":"1","title":"x"})", "tool.started");
        row("never announced, with a title", R"({"sessionUpdate":"tool_call_update","toolCallId":"2","title":"x"})",
            "tool.started");
        row("never announced, without", R"({"sessionUpdate":"tool_call_update","toolCallId":"3","status":"failed"})",
            "agent.update");
        row("notice", R"({"sessionUpdate":"notice","severity":"warning","title":"Low"})", "notice");
        row("limit",
            R"({"sessionUpdate":"notice","severity":"warning","title":"Wait","_meta":{"switchyard":{"limited_until":5}}})",
            "notice");
        for (const auto* raw :
             {"user_message_chunk", "available_commands_update", "current_mode_update", "config_option_update",
              "session_info_update", "compaction_update", "compaction_summary_chunk", "from_the_future"})
            row(raw, QByteArray(R"({"sessionUpdate":")" + QByteArray(raw) + R"("})").constData(), "agent.update");
    }
    void everyKindOfUpdate()
    {
        QFETCH(QByteArray, update);
        QFETCH(QString, kind);
        begin(false);
        m_translator->translate(QJsonDocument::fromJson(update).object());
        m_recorder->flush();
        QCOMPARE(kinds(), QStringList{kind});
    }
    void recordOfACall()
    {
        begin(false);
        m_translator->setSource(u"claude"_s, u"s-9"_s);
        m_translator->translate(
            json(R"({"sessionUpdate":"tool_call","toolCallId":"1","title":"Terminal","kind":"execute","rawInput":{},
            "_meta":{"claudeCode":{"toolName":"Bash"}}})"));
        m_translator->translate(json(
            R"({"sessionUpdate":"tool_call_update","toolCallId":"1","title":"cat x","rawInput":{"command":"cat x","password":"p"}})"));
        m_translator->translate(json(R"({"sessionUpdate":"tool_call_update","toolCallId":"1","status":"failed",
            "content":[{"type":"content","content":{"type":"text","text":"cat: x: No such file or directory"}}]})"));
        const auto record = m_events.last().data;
        QCOMPARE(record[u"name"].toString(), u"Bash"_s);
        QCOMPARE(record[u"agent"].toString(), u"claude"_s);
        QCOMPARE(record[u"session"].toString(), u"s-9"_s);
        QCOMPARE(record[u"error_category"].toString(), u"file_not_found"_s);
        QCOMPARE(record[u"input"].toObject()[u"command"].toString(), u"cat x"_s);
        QCOMPARE(record[u"input"].toObject()[u"password"].toString(), u"[removed]"_s);
        QVERIFY(record[u"duration_ms"].isDouble());
        // More of a call that has ended changes nothing.
        m_translator->translate(
            json(R"({"sessionUpdate":"tool_call_update","toolCallId":"1","title":"later","status":"completed"})"));
        QCOMPARE(kinds().count(u"tool.started"_s), 1);
        QCOMPARE(kinds().count(u"tool.finished"_s), 1);
    }
    void refusedCallsEndWithTheTurn()
    {
        begin(false);
        m_translator->translate(
            json(R"({"sessionUpdate":"tool_call","toolCallId":"1","title":"rm x","kind":"execute"})"));
        m_translator->translate(
            json(R"({"sessionUpdate":"tool_call","toolCallId":"2","title":"ls","kind":"execute"})"));
        m_translator->refused(u"1"_s);
        m_translator->refused(u"unheard of"_s);
        m_translator->closeRefusedCalls();
        QCOMPARE(kinds().count(u"tool.finished"_s), 1);
        QCOMPARE(m_events.last().data[u"id"].toString(), u"1"_s);
        QCOMPARE(m_events.last().data[u"error_category"].toString(), u"refused"_s);
    }
    void changedLines_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<int>("added");
        QTest::addColumn<int>("removed");
        QTest::newRow("new file") << "" << "a\nb\n" << 2 << 0;
        QTest::newRow("one line changed") << "a\nb\nc\n" << "a\nx\nc\n" << 1 << 1;
        QTest::newRow("appended") << "a\n" << "a\nb" << 1 << 0;
        QTest::newRow("emptied") << "a\nb\n" << "" << 0 << 2;
        QTest::newRow("nothing") << "a\n" << "a\n" << 0 << 0;
    }
    void changedLines()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        const auto [added, removed] = runner::countChangedLines(before, after);
        QTEST(added, "added");
        QTEST(removed, "removed");
    }
};

QTEST_GUILESS_MAIN(TestUpdateTranslator)
#include "tst_update_translator.moc"
