#include "gate/rules.h"

#include <QFile>
#include <QTest>

using namespace switchyard;
using namespace switchyard::gate;

class TestRules : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        auto book = RuleBook::builtIn();
        QVERIFY2(book, book ? "" : qPrintable(describe(book.error())));
        m_book = *book;
    }
    void everyBuiltInRule_data();
    void everyBuiltInRule();
    void globs_data();
    void globs();
    void flags_data();
    void flags();
    void userFile_data();
    void userFile();

private:
    std::shared_ptr<RuleBook> m_book;
};

void TestRules::everyBuiltInRule_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < m_book->all().size(); ++i)
        QTest::newRow(qPrintable(m_book->all()[i].id)) << i;
}

void TestRules::everyBuiltInRule()
{
    QFETCH(int, index);
    const auto& rule = m_book->all()[index];
    QVERIFY(!rule.id.isEmpty());
    QCOMPARE(std::ranges::count(m_book->all(), rule.id, &Rule::id), 1);
    if (rule.verdict != Verdict::Safe) {
        QVERIFY2(!rule.category.isEmpty(), "a rule that asks has a category");
        QVERIFY2(rule.reason.at(0).isLower() || rule.reason.startsWith(u"J") || rule.reason.startsWith(u"P") ||
                     rule.reason.startsWith(u"R") || rule.reason.startsWith(u"L") || rule.reason.startsWith(u"T"),
                 "reasons go on a sentence");
    }
    const auto checked = m_book->checkExamples(rule, u"built-in"_s);
    QVERIFY2(checked, checked ? "" : qPrintable(checked.error().message));
}

void TestRules::globs_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("expected");
    QTest::newRow("same") << u"abc"_s << u"abc"_s << true;
    QTest::newRow("star in the middle") << u"a*c"_s << u"abbbc"_s << true;
    QTest::newRow("star takes back") << u"a*bc"_s << u"abbc"_s << true;
    QTest::newRow("star for nothing") << u"abc*"_s << u"abc"_s << true;
    QTest::newRow("question mark") << u"a?c"_s << u"ac"_s << false;
    QTest::newRow("longer text") << u"abc"_s << u"abcd"_s << false;
    QTest::newRow("many stars end") << u"*a*a*a*a*a*a*a*b"_s << QString(2000, u'a') << false;
}

void TestRules::globs()
{
    QFETCH(QString, pattern);
    QFETCH(QString, text);
    QTEST(globMatches(pattern, text), "expected");
}

void TestRules::flags_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("flag");
    QTest::addColumn<bool>("expected");
    QTest::newRow("alone") << QStringList{u"p"_s, u"-f"_s} << u"-f"_s << true;
    QTest::newRow("in a bundle") << QStringList{u"p"_s, u"-xfd"_s} << u"-f"_s << true;
    QTest::newRow("with a value") << QStringList{u"p"_s, u"--force=yes"_s} << u"--force"_s << true;
    QTest::newRow("a beginning") << QStringList{u"p"_s, u"--forc"_s} << u"--force"_s << true;
    QTest::newRow("after the terminator") << QStringList{u"p"_s, u"--"_s, u"-f"_s} << u"-f"_s << false;
    QTest::newRow("in the value of another") << QStringList{u"p"_s, u"-ofile"_s} << u"-f"_s << false;
    QTest::newRow("the value of another") << QStringList{u"p"_s, u"-o"_s, u"-f"_s} << u"-f"_s << false;
}

void TestRules::flags()
{
    QFETCH(QStringList, words);
    QFETCH(QString, flag);
    QList<Word> argv;
    for (const auto& text : words) {
        Word word;
        word.text = text;
        argv << word;
    }
    ProgramTable table;
    table.valueFlags = {u"-o"_s};
    QTEST(Arguments::read(argv, table).find(flag, true) != nullptr, "expected");
}

void TestRules::userFile_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("error"); // empty: must be taken
    QTest::newRow("a confirm")
        << QByteArray(
               R"({"rules":[{"id":"a","program":["deploy"],"reason":"goes live","match":["deploy x"],"not_match":["test x"]}]})")
        << QString();
    QTest::newRow("an allowance")
        << QByteArray(
               R"({"rules":[{"id":"a","program":["rm"],"any_arg":["build/*"],"max_args":1,"verdict":"safe","match":["rm build/a"],"not_match":["rm src/a"]}]})")
        << QString();
    QTest::newRow("not JSON") << QByteArray("{") << u"JSON"_s;
    QTest::newRow("no list") << QByteArray("{}") << u"\"rules\""_s;
    QTest::newRow("a slip of the pen")
        << QByteArray(R"({"rules":[{"id":"a","program":["x"],"any_flgs":["-f"],"reason":"r"}]})") << u"any_flgs"_s;
    QTest::newRow("an example that does not match")
        << QByteArray(R"({"rules":[{"id":"a","program":["x"],"any_flag":["-f"],"reason":"r","match":["x -g"]}]})")
        << u"does not match"_s;
    QTest::newRow("a counter-example that matches")
        << QByteArray(R"({"rules":[{"id":"a","program":["x"],"reason":"r","not_match":["x -g"]}]})") << u"matches"_s;
    QTest::newRow("a shell cannot be allowed")
        << QByteArray(R"({"rules":[{"id":"a","program":["bash"],"verdict":"safe"}]})") << u"cannot be allowed"_s;
    QTest::newRow("git cannot be allowed")
        << QByteArray(R"({"rules":[{"id":"a","program":["git"],"verdict":"safe"}]})") << u"cannot be allowed"_s;
    QTest::newRow("sudo cannot be allowed")
        << QByteArray(R"({"rules":[{"id":"a","program":["sudo"],"verdict":"safe"}]})") << u"cannot be allowed"_s;
    QTest::newRow("a pattern cannot be allowed")
        << QByteArray(R"({"rules":[{"id":"a","program":["*"],"verdict":"safe"}]})") << u"cannot be allowed"_s;
    QTest::newRow("how programs are read is ours")
        << QByteArray(R"({"rules":[{"id":"a","program":["rm"],"table":{"known":true}}]})") << u"only built-in"_s;
    QTest::newRow("a bad expression") << QByteArray(
                                             R"({"rules":[{"id":"a","program":["x"],"arg_regex":"(","reason":"r"}]})")
                                      << u"arg_regex"_s;
    QTest::newRow("no reason") << QByteArray(R"({"rules":[{"id":"a","program":["x"]}]})") << u"reason"_s;
}

void TestRules::userFile()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, error);
    auto book = RuleBook::builtIn();
    const auto added = (*book)->add(json, u"mine.json"_s, true);
    if (error.isEmpty()) {
        QVERIFY2(added, added ? "" : qPrintable(added.error().message));
        return;
    }
    QVERIFY(!added);
    QVERIFY2(added.error().message.contains(error), qPrintable(added.error().message));
    QVERIFY(added.error().message.contains(u"mine.json"));
}

QTEST_GUILESS_MAIN(TestRules)
#include "tst_rules.moc"
