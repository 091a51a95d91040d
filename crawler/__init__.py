"""The crawler: the trunk of Wirewatch, in rooms whose imports only go down."""
