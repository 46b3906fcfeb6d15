#include "web/refusal.h"

#include "web/http.h"

const char *
refusal_detail(int status)
{
	static const struct {
		int status;
		const char *detail;
	} refusals[] = {
		{408, "The request did not come to its end in time."},
		{411, "The request must say its length (Content-Length)."},
		{414, "The address that is asked for is too long."},
		{417, "Send the request as a whole, without Expect."},
		{421, "This is the server of another site."},
		{431, "The header of the request is too large."},
		{501, "There is no such method here, or no such coding."},
		{505, "HTTP/1.0 and HTTP/1.1 are spoken here."},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++)
		if (refusals[i].status == status)
			return refusals[i].detail;
	return "This request is not understood.";
}

GString *
refusal_answer(int status, const char *detail)
{
	struct reply *reply = reply_new();
	reply_problem(reply, status, "%s", detail ? detail : refusal_detail(status));
	GString *answer = reply_head(reply, true);
	g_string_append_len(answer, g_bytes_get_data(reply->body, NULL), (gssize)g_bytes_get_size(reply->body));
	reply_free(reply);
	return answer;
}
