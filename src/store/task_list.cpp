// The query behind every list. No row is sorted, counted or read that is not shown, however many tasks there are.
#include "base/json.h"
#include "store/rows.h"
#include "store/search.h"

#include <QScopeGuard>

#include <algorithm>

namespace switchyard::store {

namespace {

// A term that leads to more tasks than this is so common that walking down the newest ones meets a page of it sooner.
constexpr int commonTerm = 1500;

//! The conditions that a query puts on a row.
struct Filter {
    QString sql;
    QVariantList values;
    void add(const QString& condition, const QVariant& value)
    {
        sql += u" AND "_s + condition;
        values << value;
    }
};

Filter filterOf(const TaskQuery& query, const QStringList& terms)
{
    Filter filter;
    if (!query.project.isEmpty())
        filter.add(u"task.project = ?"_s, query.project);
    for (const auto& term : terms) // letters and digits only: nothing to escape
        filter.add(u"task.words LIKE ?"_s, u"% "_s + term + u'%');
    return filter;
}

//! The words that begin with a term lie between it and this.
QString endOfPrefix(const QString& term)
{
    return term + QString::fromUcs4(U"\U0010FFFF");
}

struct Page {
    QStringList ids;
    int total = 0;
};

//! One more than the page was asked for: whether there are more is known, their number is not.
Page pageOf(QStringList ids, const TaskQuery& query)
{
    const int total = ids.isEmpty() ? 0 : query.offset + int(ids.size());
    return {ids.first(std::min<qsizetype>(ids.size(), query.limit)), total};
}

//! The term that leads to the fewest tasks, unless all of them are common.
Result<QString> rarestOf(const Connection& connection, const QStringList& terms)
{
    SY_TRY_ASSIGN(auto count, connection.prepare(u"SELECT count(*) FROM (SELECT 1 FROM task_word WHERE word >= ? AND "
                                                 "word < ? LIMIT ?) AS few"_s));
    QString rarest;
    int fewest = commonTerm + 1;
    for (const auto& term : terms) {
        SY_TRY(Connection::again(count, {term, endOfPrefix(term), fewest}));
        if (const int number = count.next() ? count.value(0).toInt() : 0; number < fewest) {
            fewest = number;
            rarest = term;
        }
        count.finish();
    }
    return rarest;
}

//! Down the tasks that a rare term leads to.
Result<Page> withTerm(const Connection& connection, const QString& term, Filter filter, const TaskQuery& query)
{
    if (!query.statuses.isEmpty()) {
        QStringList marks;
        for (const auto status : query.statuses) {
            marks << u"?"_s;
            filter.values << statusName(status);
        }
        filter.sql += u" AND task.status IN (%1)"_s.arg(marks.join(u','));
    }
    // A cross join is walked in the order in which it is written: the words first.
    SY_TRY_ASSIGN(auto rows,
                  connection.run(u"SELECT DISTINCT task_word.created, task_word.task FROM task_word CROSS JOIN task "
                                 "WHERE task_word.word >= ? AND task_word.word < ? AND task.id = task_word.task"_s +
                                     filter.sql +
                                     u" ORDER BY task_word.created DESC, task_word.task DESC LIMIT ? OFFSET ?"_s,
                                 QVariantList{term, endOfPrefix(term)} + filter.values +
                                     QVariantList{qint64(query.limit) + 1, query.offset}));
    QStringList ids;
    while (rows.next())
        ids << rows.value(1).toString();
    return pageOf(ids, query);
}

using Key = std::pair<qint64, QString>; // created, id: the order of the list

//! The newest of one status, straight off its index; of all statuses without one.
Result<QList<Key>> newestKeys(const Connection& connection, const Filter& filter, std::optional<TaskStatus> status,
                              qint64 limit, qint64 offset)
{
    auto values = filter.values;
    if (status)
        values.prepend(statusName(*status));
    values << limit << offset;
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT task.created, task.id FROM task WHERE "_s +
                                                (status ? u"task.status = ?"_s : u"1 = 1"_s) + filter.sql +
                                                u" ORDER BY task.created DESC, task.id DESC LIMIT ? OFFSET ?"_s,
                                            values));
    QList<Key> keys;
    while (rows.next())
        keys << Key(rows.value(0).toLongLong(), rows.value(1).toString());
    return keys;
}

//! One walk down an index for each status, merged here. What lies before the page can be skipped down there only if
//! there is nothing to merge.
Result<Page> fromNewest(const Connection& connection, const Filter& filter, const TaskQuery& query)
{
    QList<std::optional<TaskStatus>> statuses;
    for (const auto status : query.statuses) {
        if (!statuses.contains(status))
            statuses << status;
    }
    if (statuses.isEmpty())
        statuses << std::nullopt;
    const bool merging = statuses.size() > 1;
    const qint64 here = merging ? query.offset : 0;
    QList<Key> keys;
    for (const auto& status : statuses) {
        SY_TRY_ASSIGN(const auto some,
                      newestKeys(connection, filter, status, here + query.limit + 1, merging ? 0 : query.offset));
        keys += some;
    }
    std::ranges::sort(keys, std::greater());
    QStringList ids;
    for (const auto& key : keys.mid(here, qint64(query.limit) + 1))
        ids << key.second;
    return pageOf(ids, query);
}

//! From the account that is kept of them: nothing is counted.
Result<int> countTasks(const Connection& connection, const TaskQuery& query)
{
    QString sql = u"SELECT sum(number) FROM task_count WHERE 1 = 1"_s;
    QVariantList values;
    if (!query.project.isEmpty()) {
        sql += u" AND project = ?"_s;
        values << query.project;
    }
    QStringList marks;
    for (const auto status : query.statuses) {
        marks << u"?"_s;
        values << statusName(status);
    }
    if (!marks.isEmpty())
        sql += u" AND status IN (%1)"_s.arg(marks.join(u','));
    SY_TRY_ASSIGN(auto rows, connection.run(sql, values));
    return rows.next() ? rows.value(0).toInt() : 0;
}

Result<Page> findPage(const Connection& connection, const TaskQuery& query)
{
    auto terms = wordsOf(query.text);
    if (terms.isEmpty() && !query.text.isEmpty()) // signs alone: no task is found by them
        return Page{};
    if (terms.isEmpty()) {
        SY_TRY_ASSIGN(auto page, fromNewest(connection, filterOf(query, {}), query));
        SY_TRY_ASSIGN(page.total, countTasks(connection, query));
        return page;
    }
    SY_TRY_ASSIGN(const auto rarest, rarestOf(connection, terms));
    if (rarest.isEmpty())
        return fromNewest(connection, filterOf(query, terms), query);
    terms.removeOne(rarest);
    return withTerm(connection, rarest, filterOf(query, terms), query);
}

Result<QList<QJsonObject>> readTasks(const Connection& connection, const QStringList& ids)
{
    QList<QJsonObject> tasks;
    SY_TRY_ASSIGN(auto one, connection.prepare(u"SELECT data FROM task WHERE id = ?"_s));
    for (const auto& id : ids) {
        SY_TRY(Connection::again(one, {id}));
        if (one.next()) {
            const auto json = parseObject(one.value(0).toString().toUtf8(), u"Task %1 in the database"_s.arg(id));
            if (!json)
                return fail(ErrorCode::Corrupt, json.error().message);
            tasks << *json;
        }
        one.finish();
    }
    return tasks;
}

} // namespace

Result<TaskList> listTasks(const Connection& connection, const TaskQuery& query)
{
    TaskList list;
    SY_TRY_ASSIGN(auto snapshot, connection.run(u"BEGIN"_s));
    const auto end = qScopeGuard([&] { (void)connection.run(u"COMMIT"_s); });
    SY_TRY_ASSIGN(list.position, newestPosition(connection));
    SY_TRY_ASSIGN(const auto page, findPage(connection, query));
    SY_TRY_ASSIGN(list.tasks, readTasks(connection, page.ids));
    list.total = page.total;
    return list;
}

} // namespace switchyard::store
